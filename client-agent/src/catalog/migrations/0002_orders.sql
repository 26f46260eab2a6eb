-- Labs this studio works with, and the journal of this machine's share of orders.

-- A lab and the key it is held to.
CREATE TABLE pinned_lab (
  lab         TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  key         TEXT NOT NULL,
  trust       TEXT NOT NULL CHECK (trust IN ('code', 'first_use')),
  pinned_at   INTEGER NOT NULL
) STRICT;

-- Which lab prints what; the empty product is the usual lab.
CREATE TABLE lab_route (
  product     TEXT PRIMARY KEY,
  lab         TEXT NOT NULL REFERENCES pinned_lab(lab)
) STRICT, WITHOUT ROWID;

-- An order as the host told it, on this disk before the host is told so.
CREATE TABLE job (
  order_id     TEXT PRIMARY KEY,
  placed_at    INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('placed', 'approved', 'cancelled')),
  digest       TEXT NOT NULL,            -- of what may never change
  document     TEXT NOT NULL,            -- wire StudioOrder, as last seen
  journaled_at INTEGER NOT NULL,
  acked_at     INTEGER,
  waiting      TEXT,                     -- what it waits for, with the next step
  problem      TEXT                      -- why nothing is rendered until a person has looked
) STRICT;
CREATE INDEX job_state ON job(state, placed_at);

-- This machine's part of a delivery.
CREATE TABLE delivery_part (
  order_id    TEXT NOT NULL REFERENCES job(order_id),
  lab         TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('approved', 'rendering', 'uploaded', 'done', 'superseded')),
  manifest    BLOB,                      -- the signed envelope, byte for byte
  PRIMARY KEY (order_id, lab, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE print_file (
  order_id    TEXT NOT NULL,
  lab         TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  line        INTEGER NOT NULL,
  node        INTEGER NOT NULL,
  sha256      TEXT NOT NULL,
  length      INTEGER NOT NULL,
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  effective_ppi INTEGER NOT NULL,
  version     TEXT NOT NULL,
  uploaded    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, lab, attempt, line, node)
) STRICT, WITHOUT ROWID;

-- A person chose a newer version of a picture than the ordered one.
CREATE TABLE substitution (
  order_id    TEXT NOT NULL,
  line        INTEGER NOT NULL,
  node        INTEGER NOT NULL,
  version     TEXT NOT NULL,
  chosen_at   INTEGER NOT NULL,
  PRIMARY KEY (order_id, line, node)
) STRICT, WITHOUT ROWID;
