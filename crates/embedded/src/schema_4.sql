-- Codes that pay or take something off, and how studios take money online.
CREATE TABLE code_uses (
  list TEXT NOT NULL, code TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (list, code)
) STRICT;
CREATE TABLE prepaid (
  studio TEXT NOT NULL, code_hash TEXT NOT NULL, json TEXT NOT NULL, redeemed TEXT,
  PRIMARY KEY (studio, code_hash)
) STRICT;
CREATE TABLE payment_providers (studio TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
