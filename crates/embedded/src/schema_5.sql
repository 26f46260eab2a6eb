-- One row a restore: which life of these records it began, and the moment it went back to.
CREATE TABLE restores (epoch INTEGER PRIMARY KEY, since INTEGER NOT NULL) STRICT;
-- What an order was placed with is read by order, when agents keep it for after a restore.
CREATE INDEX order_keys_of_order ON order_keys(order_id);
