-- Places, photos, their versions and data; galleries and what was sent.
-- Ids are text (`pho_…`), hashes and paths are bytes, times are milliseconds since 1970.

-- A folder that was scanned. Missing means offline, never deleted.
CREATE TABLE root (
  path       BLOB PRIMARY KEY,
  shown      TEXT NOT NULL,
  offline    INTEGER NOT NULL DEFAULT 0,
  scanned_at INTEGER NOT NULL
) STRICT;

CREATE TABLE photo (
  id          TEXT PRIMARY KEY,
  current     BLOB NOT NULL,             -- version.hash
  -- Entered by the photographer; NULL: what the file says.
  title       TEXT,
  caption     TEXT,
  price_group TEXT,
  keywords_added   TEXT NOT NULL DEFAULT '[]',
  keywords_removed TEXT NOT NULL DEFAULT '[]',
  edit        TEXT,                      -- JSON of a crop in the upright frame; NULL: none
  made_at     INTEGER NOT NULL
) STRICT;

-- One content of a photo. The same bytes in two folders are one version in two places.
CREATE TABLE version (
  hash        BLOB PRIMARY KEY,          -- BLAKE3 of the file
  photo       TEXT NOT NULL REFERENCES photo(id),
  format      TEXT NOT NULL,
  width       INTEGER NOT NULL,          -- stored pixels
  height      INTEGER NOT NULL,
  orientation INTEGER NOT NULL,          -- EXIF, 1 to 8
  colour      TEXT NOT NULL,
  length      INTEGER NOT NULL,
  found_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX version_photo ON version(photo);

-- What the file and its sidecar say of themselves.
CREATE TABLE file_data (
  version     BLOB PRIMARY KEY REFERENCES version(hash),
  title       TEXT,
  caption     TEXT,
  keywords    TEXT NOT NULL DEFAULT '[]',
  creator     TEXT,
  copyright   TEXT,
  captured_at TEXT,
  rating      INTEGER,
  label       TEXT,
  camera      TEXT
) STRICT;

CREATE TABLE place (
  path        BLOB PRIMARY KEY,
  shown       TEXT NOT NULL,             -- for people: control characters removed
  root        BLOB NOT NULL,
  folder      BLOB NOT NULL,
  name        TEXT NOT NULL,             -- file name, for people and customers
  stem        TEXT NOT NULL,             -- folded, joins re-exports and metadata
  size        INTEGER NOT NULL,
  mtime_ns    INTEGER NOT NULL,
  inode       INTEGER NOT NULL,
  sidecar     TEXT NOT NULL,             -- size and time of the sidecar that was read; empty: none
  version     BLOB NOT NULL REFERENCES version(hash),
  state       TEXT NOT NULL DEFAULT 'here' CHECK (state IN ('here', 'gone')),
  seen_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX place_version ON place(version);
CREATE INDEX place_folder ON place(folder, stem);
CREATE INDEX place_stem ON place(stem);

-- Files that could not be read, with the reason. Tried again when they change.
CREATE TABLE quarantine (
  path        BLOB PRIMARY KEY,
  shown       TEXT NOT NULL,
  root        BLOB NOT NULL,
  size        INTEGER NOT NULL,
  mtime_ns    INTEGER NOT NULL,
  inode       INTEGER NOT NULL,
  step        TEXT NOT NULL CHECK (step IN ('scan', 'process')),
  reason      TEXT NOT NULL,
  at          INTEGER NOT NULL
) STRICT;

-- The roster.
CREATE TABLE subject (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  class       TEXT NOT NULL DEFAULT '',  -- class, team or table
  UNIQUE (name, class)
) STRICT;
CREATE TABLE photo_subject (
  photo       TEXT NOT NULL REFERENCES photo(id),
  subject     TEXT NOT NULL REFERENCES subject(id),
  PRIMARY KEY (photo, subject)
) STRICT, WITHOUT ROWID;

-- Data entered by CSV, by file name; joins photos that are there and those a later scan finds.
CREATE TABLE entered (
  stem        TEXT NOT NULL,             -- folded file name without extension
  name        TEXT NOT NULL,             -- as written
  title       TEXT,
  caption     TEXT,
  keywords    TEXT NOT NULL DEFAULT '[]',
  price_group TEXT,
  subject     TEXT REFERENCES subject(id),
  entered_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX entered_once ON entered(stem, ifnull(subject, ''));

-- Which rendition was made of what; the pixels are in renditions.db by their hash.
CREATE TABLE rendition (
  version     BLOB NOT NULL REFERENCES version(hash),
  kind        TEXT NOT NULL,             -- micro, thumbnail, proof
  recipe      BLOB NOT NULL,             -- BLAKE3 of everything that decides the pixels
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  length      INTEGER NOT NULL,
  sha256      BLOB NOT NULL,
  made_at     INTEGER NOT NULL,
  PRIMARY KEY (version, kind, recipe)
) STRICT, WITHOUT ROWID;
CREATE INDEX rendition_sha256 ON rendition(sha256);

CREATE TABLE price_list (
  id          TEXT NOT NULL,
  version     INTEGER NOT NULL,
  name        TEXT NOT NULL,
  document    TEXT NOT NULL,             -- wire PriceListDocument; never changed
  sent_at     INTEGER,
  made_at     INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE gallery (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  welcome     TEXT,
  state       TEXT NOT NULL,             -- wanted: draft, open, closed
  expires_at  INTEGER,
  price_list  TEXT,
  price_list_version INTEGER,
  selection   TEXT NOT NULL,             -- JSON; what publish sends
  revision    INTEGER NOT NULL DEFAULT 0, -- of the host; 0: the host does not know it yet
  sent        TEXT,                      -- JSON of what the host was told last
  made_at     INTEGER NOT NULL
) STRICT;

-- People of a gallery's roster the host knows, and under which name.
CREATE TABLE gallery_subject (
  gallery     TEXT NOT NULL REFERENCES gallery(id),
  subject     TEXT NOT NULL REFERENCES subject(id),
  told        TEXT NOT NULL,
  PRIMARY KEY (gallery, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_code (
  id          TEXT PRIMARY KEY,
  gallery     TEXT NOT NULL REFERENCES gallery(id),
  code        TEXT NOT NULL,
  subjects    TEXT NOT NULL DEFAULT '[]', -- JSON of subject ids; empty: everything
  sent_at     INTEGER,
  made_at     INTEGER NOT NULL
) STRICT;

-- What the host shows, as far as outcomes have said so.
CREATE TABLE published (
  gallery     TEXT NOT NULL REFERENCES gallery(id),
  photo       TEXT NOT NULL REFERENCES photo(id),
  seq         INTEGER NOT NULL,
  record      BLOB,                      -- BLAKE3 of the record; NULL: withdrawn
  version     BLOB,
  at          INTEGER NOT NULL,
  PRIMARY KEY (gallery, photo)
) STRICT, WITHOUT ROWID;

-- Each frame customers may have cropped in since when, with the edit that makes it from the file.
CREATE TABLE shown_frame (
  photo       TEXT NOT NULL REFERENCES photo(id),
  version     BLOB NOT NULL REFERENCES version(hash),
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  edit        TEXT NOT NULL DEFAULT '',  -- JSON of a crop; empty: none
  at          INTEGER NOT NULL,
  PRIMARY KEY (photo, version, at)
) STRICT, WITHOUT ROWID;

-- A batch that was decided on. Its record never changes; its outcome decides what is published.
CREATE TABLE batch (
  id          TEXT PRIMARY KEY,
  gallery     TEXT NOT NULL REFERENCES gallery(id),
  record      BLOB NOT NULL,
  sha256      BLOB NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('made', 'stored', 'done', 'failed')),
  why         TEXT,
  made_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_open ON batch(gallery) WHERE state IN ('made', 'stored');

-- The last sequence number used for a photo in a gallery, whether or not it was applied.
CREATE TABLE sequence (
  gallery     TEXT NOT NULL,
  photo       TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  PRIMARY KEY (gallery, photo)
) STRICT, WITHOUT ROWID;

-- Every object this machine stored at the host, for audits. Nothing is ever removed from it.
CREATE TABLE ledger (
  key         TEXT PRIMARY KEY,
  gallery     TEXT,
  photo       TEXT,
  kind        TEXT NOT NULL,             -- thumbnail, proof, batch, print, manifest
  length      INTEGER NOT NULL,
  sha256      BLOB NOT NULL,
  sent_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_sha256 ON ledger(sha256);
