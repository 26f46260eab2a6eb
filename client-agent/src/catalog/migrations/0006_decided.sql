-- What was decided on this computer and the host has not taken yet (JSON; see gallery/book.rs).
-- Everything else of a gallery is as the studio's computers agreed last.
ALTER TABLE gallery ADD COLUMN decided TEXT NOT NULL DEFAULT '{}';
ALTER TABLE gallery DROP COLUMN sent;  -- never written
