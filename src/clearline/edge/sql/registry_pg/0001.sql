-- A registry in a shared database: what is held, and the log of every change.
-- Common dialect: PostgreSQL, CockroachDB, YugabyteDB. Times are microseconds since 1970 UTC, altitudes metres above the
-- WGS84 ellipsoid. A kind is 1 intent, 2 constraint, 3 subscription, 4 availability, 5 identification service area,
-- 6 identification subscription. `body` and `records` are records of docs/specs/registry-log.md.

-- How this registry is kept: 'log' or 'tables'. All instances over one database do it alike.
CREATE TABLE registry (
    id int2 PRIMARY KEY CHECK (id = 1),
    mode text NOT NULL CHECK (mode IN ('log', 'tables'))
);

-- What happened, in order. A token names one attempt to write: whether its row is there is whether it happened.
CREATE TABLE log (
    seq int8 PRIMARY KEY,
    token uuid NOT NULL UNIQUE,
    records bytea NOT NULL
);
INSERT INTO log (seq, token, records) VALUES (0, '00000000-0000-0000-0000-000000000000', '');

-- Mode 'log': the last row of the log. Who appends moves it from the row they have read, or does not append.
CREATE TABLE head (
    id int2 PRIMARY KEY CHECK (id = 1),
    seq int8 NOT NULL,
    token uuid NOT NULL
);
INSERT INTO head (id, seq, token) VALUES (1, 0, '00000000-0000-0000-0000-000000000000');

-- Mode 'log': the running instances, how far each has read, and when it last made sure that this is safe.
CREATE TABLE instances (
    token uuid PRIMARY KEY,
    seq int8 NOT NULL,
    seen_at timestamptz NOT NULL
);

-- Mode 'log': up to which row of the log the table of entities has been written.
CREATE TABLE folded (
    id int2 PRIMARY KEY CHECK (id = 1),
    seq int8 NOT NULL
);
INSERT INTO folded (id, seq) VALUES (1, 0);

-- Mode 'tables': the order of the log, taken under the locks of what is changed.
CREATE SEQUENCE log_seq;

-- What the registry holds; `seq` is the row of the log that wrote it. Ends of things without an end are null.
CREATE TABLE entities (
    kind int2 NOT NULL,
    ident text NOT NULL,
    seq int8 NOT NULL,
    owner text NOT NULL,
    address text,
    subscription text,
    start_us int8,
    end_us int8,
    updated_us int8 NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (kind, ident)
);
CREATE INDEX entities_end ON entities (end_us, kind, ident);
CREATE INDEX entities_subscription ON entities (subscription);

-- Mode 'tables': where and when each thing is, one row for each of its cells.
CREATE TABLE spans (
    cell int8 NOT NULL,
    end_us int8 NOT NULL,
    kind int2 NOT NULL,
    ident text NOT NULL,
    start_us int8 NOT NULL,
    low_m float8 NOT NULL,
    high_m float8 NOT NULL,
    PRIMARY KEY (cell, end_us, kind, ident)
);

-- Mode 'tables': what is locked before anything is changed. Cells and identifiers share 65,536 rows by their hash.
CREATE TABLE stripes (
    k int4 PRIMARY KEY
);
INSERT INTO stripes (k) SELECT generate_series(0, 65535);
