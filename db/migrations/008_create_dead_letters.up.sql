-- Messages that could not be understood, byte for byte, with where they were and why they were refused.
CREATE TABLE dead_letters (
    topic            text        NOT NULL,
    partition        integer     NOT NULL,
    message_offset   bigint      NOT NULL,
    reason           text        NOT NULL,
    message_key      bytea,
    message_value    bytea,
    recorded_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, message_offset)
);

CREATE INDEX dead_letters_by_time ON dead_letters (recorded_at);
