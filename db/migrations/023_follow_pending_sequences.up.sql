-- What the heartbeats say of sequences that are not there: whether they are still to come, or never will.
ALTER TABLE usage_sources
    -- By the newest heartbeat: their events are still to come, such as those of WebSockets that are open. Empty once it has ended.
    ADD COLUMN pending     int8multirange NOT NULL DEFAULT '{}',
    -- What was taken off that list last, and when by our clock: their events have left the source, and will be here in a moment.
    ADD COLUMN released    int8multirange NOT NULL DEFAULT '{}',
    ADD COLUMN released_at timestamptz,
    -- By the heartbeats that told of its end: they belong to no event, because it was killed before it answered their requests.
    ADD COLUMN unanswered  int8multirange NOT NULL DEFAULT '{}';
