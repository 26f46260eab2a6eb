-- Why a part of a delivery could not go, with the next step: what an order waits for is that of all its parts.
ALTER TABLE delivery_part ADD COLUMN waiting TEXT;
