-- How each lab wants its files, as TOML. Who prints what is in lab_route.
CREATE TABLE lab_setup (
  lab         TEXT PRIMARY KEY REFERENCES pinned_lab(lab),
  document    TEXT NOT NULL,
  changed_at  INTEGER NOT NULL
) STRICT;

-- Labs' colour profiles. Never removed: prints made with one can be made again.
CREATE TABLE colour_profile (
  sha256      TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  bytes       BLOB NOT NULL
) STRICT;

-- How a print file was made (wire Recipe), beside what it is.
ALTER TABLE print_file ADD COLUMN recipe TEXT;
