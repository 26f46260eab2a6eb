-- The epoch of the host's records that this catalog agrees with. Another one: the host was restored.
CREATE TABLE host_epoch (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  epoch       INTEGER NOT NULL
) STRICT;

-- Orders whose parts were sent before the host was restored, and whether it still has them is to be looked at.
CREATE TABLE restored_order (
  order_id    TEXT PRIMARY KEY,
  look_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The host's name of an upload in parts, to go on with after an interruption.
ALTER TABLE print_file ADD COLUMN upload TEXT;
