-- Documents are JSON; columns beside them are what is searched, sorted or conditional.
-- Times are milliseconds since 1970.

CREATE TABLE studios (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE tokens (hash TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE machines (
  id TEXT PRIMARY KEY, studio TEXT NOT NULL REFERENCES studios(id), last_seen_at INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX machines_of_studio ON machines(studio, id);
CREATE TABLE labs (id TEXT PRIMARY KEY, last_seen_at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE pairings (studio TEXT NOT NULL, lab TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (studio, lab)) STRICT;
CREATE INDEX pairings_of_lab ON pairings(lab, studio);
CREATE TABLE leases (
  lab TEXT PRIMARY KEY, receiver TEXT NOT NULL, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE galleries (
  id TEXT PRIMARY KEY, studio TEXT NOT NULL, state TEXT NOT NULL, expires_at INTEGER, revision INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX galleries_of_studio ON galleries(studio, id);
CREATE INDEX galleries_by_expiry ON galleries(expires_at) WHERE state = 'open' AND expires_at IS NOT NULL;
CREATE TABLE codes (hash TEXT PRIMARY KEY, gallery TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX codes_by_id ON codes(gallery, id);
CREATE TABLE subjects (gallery TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (gallery, id)) STRICT;

-- A photo and its micro preview are one row. json is NULL in a tombstone, which keeps the number.
CREATE TABLE photos (
  gallery TEXT NOT NULL, photo TEXT NOT NULL, seq INTEGER NOT NULL, sort_key TEXT, home TEXT,
  micro_width INTEGER, micro_height INTEGER, micro BLOB, json TEXT,
  PRIMARY KEY (gallery, photo)
) STRICT;
CREATE INDEX photos_in_order ON photos(gallery, sort_key) WHERE json IS NOT NULL;
CREATE TABLE memberships (
  gallery TEXT NOT NULL, subject TEXT NOT NULL, sort_key TEXT NOT NULL, photo TEXT NOT NULL,
  PRIMARY KEY (gallery, subject, sort_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_photo ON memberships(gallery, photo);
-- Grows whenever photos of a gallery change, so that counts can be kept in memory.
CREATE TABLE gallery_generations (gallery TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE TABLE outcomes (batch TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;

CREATE TABLE favourites (
  visitor TEXT NOT NULL, gallery TEXT NOT NULL, photo TEXT NOT NULL, PRIMARY KEY (visitor, gallery, photo)
) STRICT, WITHOUT ROWID;
CREATE TABLE carts (
  visitor TEXT NOT NULL, gallery TEXT NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (visitor, gallery)
) STRICT;
CREATE TABLE price_lists (
  studio TEXT NOT NULL, list TEXT NOT NULL, version INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (studio, list, version)
) STRICT;

CREATE TABLE orders (
  id TEXT PRIMARY KEY, studio TEXT NOT NULL, placed_at INTEGER NOT NULL, revision INTEGER NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE, json TEXT NOT NULL
) STRICT;
CREATE INDEX orders_of_studio ON orders(studio, placed_at, id);
CREATE TABLE order_keys (
  key TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders(id), digest TEXT NOT NULL
) STRICT;
-- rung_at: when the machine was last told of something it has not acknowledged.
CREATE TABLE jobs (
  n INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL REFERENCES orders(id), machine TEXT NOT NULL,
  studio TEXT NOT NULL, created_at INTEGER NOT NULL, rung_at INTEGER NOT NULL, acknowledged_at INTEGER,
  done_at INTEGER, waiting TEXT, UNIQUE (order_id, machine)
) STRICT;
CREATE INDEX jobs_open ON jobs(machine, n) WHERE done_at IS NULL;
CREATE INDEX jobs_unacknowledged ON jobs(n) WHERE acknowledged_at IS NULL AND done_at IS NULL;
CREATE TABLE parts (
  order_id TEXT NOT NULL REFERENCES orders(id), lab TEXT NOT NULL, attempt INTEGER NOT NULL, machine TEXT NOT NULL,
  arrived_at INTEGER NOT NULL, PRIMARY KEY (order_id, lab, attempt, machine)
) STRICT;
CREATE TABLE deliveries (
  n INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL REFERENCES orders(id), lab TEXT NOT NULL,
  attempt INTEGER NOT NULL, studio TEXT NOT NULL, parts TEXT NOT NULL, created_at INTEGER NOT NULL,
  acknowledged_at INTEGER, finished_at INTEGER, UNIQUE (order_id, lab, attempt)
) STRICT;
CREATE INDEX deliveries_open ON deliveries(lab, n) WHERE finished_at IS NULL;
CREATE INDEX deliveries_unacknowledged ON deliveries(n) WHERE acknowledged_at IS NULL AND finished_at IS NULL;
-- One row per damaged attempt that a lab asked to have again; the attempt wanted is the largest plus one.
CREATE TABLE asked_again (
  order_id TEXT NOT NULL REFERENCES orders(id), lab TEXT NOT NULL, attempt INTEGER NOT NULL, why TEXT NOT NULL,
  asked_at INTEGER NOT NULL, PRIMARY KEY (order_id, lab, attempt)
) STRICT;
CREATE TABLE claims (
  order_id TEXT NOT NULL REFERENCES orders(id), line INTEGER NOT NULL, attempt INTEGER NOT NULL, lab TEXT NOT NULL,
  receiver TEXT NOT NULL, fence INTEGER NOT NULL, copies INTEGER NOT NULL, claimed_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, line, attempt)
) STRICT;
CREATE TABLE reports (
  n INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL REFERENCES orders(id), lab TEXT NOT NULL,
  report TEXT NOT NULL, envelope TEXT NOT NULL, tracking TEXT, UNIQUE (order_id, lab, report)
) STRICT;

CREATE TABLE outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0, error TEXT
) STRICT;
CREATE TABLE events (
  n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0, error TEXT
) STRICT;
CREATE INDEX events_due ON events(kind, due_at, n);
-- What failed too often and waits for a person.
CREATE TABLE dead_letters (
  n INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, body TEXT NOT NULL, error TEXT, at INTEGER NOT NULL,
  tries INTEGER NOT NULL, parked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE queues (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE messages (
  n INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receipt TEXT, receives INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX messages_visible ON messages(queue, visible_at, n);

CREATE TABLE objects (
  key TEXT PRIMARY KEY, length INTEGER NOT NULL, content_type TEXT NOT NULL, sha256 TEXT NOT NULL,
  stored_at INTEGER NOT NULL
) STRICT;
