-- Which version of the configuration each running gateway has applied: how keygen knows that a key is revoked everywhere.
-- Written by the gateways, each its own row every few seconds; a gateway that stops takes its row away.
CREATE TABLE gateway_instances (
    id                  uuid        PRIMARY KEY,
    name                text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    applied_version     bigint      NOT NULL,
    -- How long it goes on with what it has when it hears nothing more: seen_at plus this is when it surely refuses.
    maximum_age_seconds integer     NOT NULL CHECK (maximum_age_seconds > 0),
    started_at          timestamptz NOT NULL DEFAULT now(),
    seen_at             timestamptz NOT NULL DEFAULT now()
);
