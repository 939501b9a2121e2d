-- The queries of a planning system's file, by name; see 0001.sql.

-- name: all_flights
SELECT flight, record, sum FROM flights ORDER BY flight;

-- name: keep_flight
INSERT INTO flights (flight, record, sum) VALUES (?, ?, ?)
ON CONFLICT (flight) DO UPDATE SET record = excluded.record, sum = excluded.sum;

-- name: drop_flight
DELETE FROM flights WHERE flight = ?;
