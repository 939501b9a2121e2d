-- What was held after the last row that was removed from the log, which is kept for a time and no longer: replaying
-- begins here. `pruned` is that row.
CREATE TABLE base (
    kind int2 NOT NULL,
    ident text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (kind, ident)
);
CREATE TABLE pruned (
    id int2 PRIMARY KEY CHECK (id = 1),
    seq int8 NOT NULL
);
INSERT INTO pruned (id, seq) VALUES (1, 0);

-- Mode 'tables': the rows above the first 65,536 stand for what is said of USSs. All that shows something of a USS looks at
-- that, and it hardly ever changes: whoever looks shares the row with others who look.
INSERT INTO stripes (k) SELECT generate_series(65536, 66559);
