-- additive: what clients report of this registry (F3548-21 DSS0100: reports are made and archived).
-- `told` is in a few words, `exchange` as it was sent, `sum` over all before it.
CREATE TABLE reports (
    ident text PRIMARY KEY,
    at_us int8 NOT NULL,
    client text NOT NULL,
    request text NOT NULL,
    told text NOT NULL,
    exchange bytea NOT NULL,
    sum bytea NOT NULL
);
CREATE INDEX reports_client ON reports (client, at_us, ident);
