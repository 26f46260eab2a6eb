-- Rebuildable: pixels by the hash of their bytes. The rows that say what they are of are in catalog.db.
CREATE TABLE renditions.pixels (
  sha256  BLOB PRIMARY KEY,
  bytes   BLOB NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
