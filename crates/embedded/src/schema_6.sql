-- The receiver's own for one claim to print: its repeat is no doubt.
ALTER TABLE claims ADD COLUMN token TEXT;
