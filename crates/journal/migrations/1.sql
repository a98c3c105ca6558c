CREATE TABLE {journal}_keys (
    store_hash TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    payment_method_id TEXT NOT NULL,
    instrument_type TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (store_hash, idempotency_key)
);

CREATE TABLE {journal}_attempts (
    attempt_id TEXT NOT NULL PRIMARY KEY,
    store_hash TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    payment_method_id TEXT NOT NULL,
    instrument_type TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    further_tender BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'claimed', 'sending', 'unknown', 'pending',
        'charged', 'reversed', 'declined', 'not_sent', 'released'
    )),
    epoch BIGINT NOT NULL,
    owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    due_at BIGINT,
    looks BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sending_at BIGINT,
    token_expires_at BIGINT,
    last_moment_to_send BIGINT,
    finished_at BIGINT,
    outcome TEXT,
    attention TEXT,
    settled_by TEXT,
    settled_because TEXT
);

CREATE UNIQUE INDEX {journal}_one_open_attempt
    ON {journal}_attempts (store_hash, order_id)
    WHERE state IN ('claimed', 'sending', 'unknown', 'pending');

CREATE INDEX {journal}_charged
    ON {journal}_attempts (store_hash, order_id)
    WHERE state IN ('charged', 'reversed');

CREATE INDEX {journal}_due
    ON {journal}_attempts (due_at)
    WHERE due_at IS NOT NULL;

CREATE INDEX {journal}_attention
    ON {journal}_attempts (created_at)
    WHERE attention IS NOT NULL;

CREATE TABLE {journal}_limits (
    store_hash TEXT NOT NULL PRIMARY KEY,
    places TEXT NOT NULL
);

CREATE VIEW {journal}_open AS
    SELECT store_hash, order_id, idempotency_key, attempt_id, correlation_id, payment_method_id,
        instrument_type, state, owner, created_at, sending_at, due_at, looks, attention
    FROM {journal}_attempts
    WHERE state IN ('claimed', 'sending', 'unknown', 'pending');

CREATE VIEW {journal}_needs_person AS
    SELECT store_hash, order_id, idempotency_key, attempt_id, correlation_id, payment_method_id,
        instrument_type, state, created_at, sending_at, outcome, attention
    FROM {journal}_attempts
    WHERE attention IS NOT NULL;
