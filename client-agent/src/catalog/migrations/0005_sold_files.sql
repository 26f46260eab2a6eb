-- Files that customers bought and this computer brings to the host: a row a line and attempt.
CREATE TABLE sold_files (
  order_id    TEXT NOT NULL REFERENCES job(order_id),
  line        INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  done        INTEGER NOT NULL DEFAULT 0,
  waiting     TEXT,                      -- why it could not be packed, with the next step
  not_before  INTEGER NOT NULL DEFAULT 0, -- packing reads whole galleries: not at every look
  PRIMARY KEY (order_id, line, attempt)
) STRICT, WITHOUT ROWID;

-- How the host calls an upload that was begun.
CREATE TABLE sold_upload (
  order_id    TEXT NOT NULL,
  line        INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  sha256      TEXT NOT NULL,
  upload      TEXT NOT NULL,
  PRIMARY KEY (order_id, line, attempt, sha256)
) STRICT, WITHOUT ROWID;
