-- Mails that are owed. due_at NULL: over. A row stays when it is over, so that its cause queues nothing again.
CREATE TABLE mails (
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER, given_up INTEGER NOT NULL DEFAULT 0, why TEXT
) STRICT;
CREATE INDEX mails_due ON mails(due_at, n) WHERE due_at IS NOT NULL;
CREATE INDEX mails_given_up ON mails(n) WHERE given_up = 1;
CREATE TABLE studio_mails (studio TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
