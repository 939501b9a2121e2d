-- Named statements, in the common dialect of PostgreSQL, CockroachDB and YugabyteDB.

-- name: log_append
WITH moved AS (
    UPDATE head SET seq = $1, token = $2 WHERE id = 1 AND seq = $4 AND token = $5 RETURNING seq
)
INSERT INTO log (seq, token, records) SELECT $1, $2, $3 FROM moved

-- name: log_tail
SELECT seq, token, CASE WHEN seq > $1 THEN records END FROM log WHERE seq >= $1 ORDER BY seq LIMIT $2

-- name: log_turn
BEGIN; SELECT seq FROM head WHERE id = 1 FOR UPDATE

-- name: log_mark
INSERT INTO instances (token, seq, seen_at) SELECT $1, l.seq, now() FROM log l WHERE l.seq = $2 AND l.token = $3
ON CONFLICT (token) DO UPDATE SET seq = excluded.seq, seen_at = excluded.seen_at

-- name: log_unmark
DELETE FROM instances WHERE token = $1 OR seen_at < now() - interval '1 day'

-- name: log_has
SELECT 1 FROM log WHERE token = $1

-- name: folded
SELECT f.seq, l.token FROM folded f JOIN log l ON l.seq = f.seq WHERE f.id = 1

-- name: folded_locked
SELECT seq FROM folded WHERE id = 1 FOR UPDATE

-- name: fold_to
UPDATE folded SET seq = $1 WHERE id = 1

-- name: entities_page
SELECT kind, ident, body FROM entities WHERE (kind, ident) > ($1, $2) ORDER BY kind, ident LIMIT $3

-- name: entities_put
INSERT INTO entities (kind, ident, owner, address, subscription, start_us, end_us, updated_us, body, seq)
SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::int8[],
    $9::bytea[], $10::int8[])
ON CONFLICT (kind, ident) DO UPDATE SET seq = excluded.seq, owner = excluded.owner, address = excluded.address,
    subscription = excluded.subscription, start_us = excluded.start_us, end_us = excluded.end_us,
    updated_us = excluded.updated_us, body = excluded.body

-- name: entities_remove
DELETE FROM entities e USING unnest($1::int4[], $2::text[]) AS gone (kind, ident)
WHERE e.kind = gone.kind AND e.ident = gone.ident

-- name: log_range
SELECT seq, records FROM log WHERE seq BETWEEN $1 AND $2 ORDER BY seq

-- name: pruned_locked
SELECT seq FROM pruned WHERE id = 1 FOR UPDATE

-- name: prune_most
SELECT CASE r.mode WHEN 'log' THEN least(l.last - $1, f.seq - 1, coalesce(i.last - 1, f.seq)) ELSE l.last - $1 END
FROM registry r, folded f, (SELECT max(seq) AS last FROM log) l,
    (SELECT min(seq) AS last FROM instances WHERE seen_at > now() - interval '1 day') i
WHERE r.id = 1 AND f.id = 1

-- name: prune_page
SELECT seq, records FROM log WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3

-- name: prune_to
WITH moved AS (
    UPDATE pruned SET seq = $1 WHERE id = 1
)
DELETE FROM log WHERE seq <= $1

-- name: base_put
INSERT INTO base (kind, ident, body) SELECT * FROM unnest($1::int4[], $2::text[], $3::bytea[])
ON CONFLICT (kind, ident) DO UPDATE SET body = excluded.body

-- name: base_remove
DELETE FROM base b USING unnest($1::int4[], $2::text[]) AS gone (kind, ident)
WHERE b.kind = gone.kind AND b.ident = gone.ident

-- name: base_page
SELECT kind, ident, body FROM base WHERE (kind, ident) > ($1, $2) ORDER BY kind, ident LIMIT $3

-- name: replay_from
SELECT r.mode, p.seq, f.seq, coalesce(l.last, p.seq)
FROM registry r, pruned p, folded f, (SELECT max(seq) AS last FROM log) l
WHERE r.id = 1 AND p.id = 1 AND f.id = 1

-- name: spans_page
SELECT cell, end_us, kind, ident, start_us, low_m, high_m FROM spans
WHERE (cell, end_us, kind, ident) > ($1, $2, $3, $4) ORDER BY cell, end_us, kind, ident LIMIT $5

-- name: now_us
SELECT (extract(epoch FROM now()) * 1000000)::int8

-- name: tables_load
WITH wanted AS (
    SELECT kind, ident FROM unnest($1::int4[], $2::text[]) AS named (kind, ident)
    UNION
    SELECT s.kind, s.ident
    FROM unnest($3::int8[], $4::float8[], $5::float8[], $6::int8[], $7::int8[])
        AS asked (cell, low_m, high_m, start_us, end_us)
    JOIN spans s ON s.cell = asked.cell AND s.end_us >= asked.start_us AND s.start_us <= asked.end_us
        AND s.high_m >= asked.low_m AND s.low_m <= asked.high_m
    WHERE s.kind = ANY($8::int4[])
    UNION
    SELECT kind, ident FROM entities WHERE subscription = ANY($9::text[])
    UNION
    (SELECT kind, ident FROM entities WHERE end_us < $10::int8 ORDER BY end_us, kind, ident LIMIT $11::int8)
), found AS (
    SELECT e.kind, e.ident, e.owner, e.body
    FROM wanted w JOIN entities e ON e.kind = w.kind AND e.ident = w.ident
)
SELECT kind, ident, body FROM found
UNION ALL
SELECT e.kind, e.ident, e.body
FROM (SELECT DISTINCT owner FROM found) o JOIN entities e ON e.kind = 4 AND e.ident = o.owner

-- name: tables_lock
BEGIN; SELECT k FROM stripes WHERE k = ANY($1::int4[]) ORDER BY k FOR UPDATE

-- name: tables_lock_shared
SELECT k FROM stripes WHERE k = ANY($1::int4[]) ORDER BY k FOR SHARE

-- name: tables_decide
INSERT INTO log (seq, token, records) SELECT nextval('log_seq'), $1, '' ON CONFLICT (token) DO NOTHING

-- name: tables_happened
SELECT length(records) > 0 FROM log WHERE token = $1

-- name: tables_remove
WITH removed AS (
    DELETE FROM entities e USING unnest($1::int4[], $2::text[]) AS gone (kind, ident)
    WHERE e.kind = gone.kind AND e.ident = gone.ident
)
DELETE FROM spans s USING unnest($3::int8[], $4::int8[], $5::int4[], $6::text[]) AS gone (cell, end_us, kind, ident)
WHERE s.cell = gone.cell AND s.end_us = gone.end_us AND s.kind = gone.kind AND s.ident = gone.ident

-- name: tables_write
WITH logged AS (
    INSERT INTO log (seq, token, records) SELECT nextval('log_seq'), $1, $2 RETURNING seq
), kept AS (
    INSERT INTO entities (kind, ident, owner, address, subscription, start_us, end_us, updated_us, body, seq)
    SELECT e.*, l.seq
    FROM logged l, unnest($3::int4[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[], $9::int8[],
        $10::int8[], $11::bytea[]) AS e
    ON CONFLICT (kind, ident) DO UPDATE SET seq = excluded.seq, owner = excluded.owner, address = excluded.address,
        subscription = excluded.subscription, start_us = excluded.start_us, end_us = excluded.end_us,
        updated_us = excluded.updated_us, body = excluded.body
)
INSERT INTO spans (cell, end_us, kind, ident, start_us, low_m, high_m)
SELECT * FROM unnest($12::int8[], $13::int8[], $14::int4[], $15::text[], $16::int8[], $17::float8[], $18::float8[])

-- name: reports_add
INSERT INTO reports (ident, at_us, client, request, told, exchange, sum) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: reports_drop
DELETE FROM reports WHERE ident IN (
    SELECT ident FROM reports WHERE client = $1 ORDER BY at_us DESC, ident DESC OFFSET $2
)

-- name: reports_page
SELECT ident, at_us, client, request, told, exchange, sum FROM reports WHERE (at_us, ident) > ($1, $2)
ORDER BY at_us, ident LIMIT $3
