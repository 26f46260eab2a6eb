-- What visitors keep beside hearts and cart, and what they hand in to the studio.
CREATE TABLE visitor_documents (
  visitor TEXT NOT NULL, gallery TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (visitor, gallery, name)
) STRICT;
CREATE TABLE handed_in (
  gallery TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (gallery, kind, key)
) STRICT;
