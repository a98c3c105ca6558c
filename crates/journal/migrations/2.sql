ALTER TABLE {journal}_attempts ADD COLUMN settled_at BIGINT;

CREATE INDEX {journal}_released
    ON {journal}_attempts (store_hash, order_id)
    WHERE state = 'released';
