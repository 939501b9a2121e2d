-- The queries of an embedded registry's file, by name; see 0001.sql.

-- name: add_batch
INSERT INTO batches (first, last, at_us, chain, entries) VALUES (?, ?, ?, ?, ?);

-- name: batches_after
SELECT first, last, at_us, chain, entries FROM batches WHERE first > ? ORDER BY first;

-- name: drop_batches
DELETE FROM batches WHERE first IN (SELECT first FROM batches WHERE last <= ? ORDER BY first LIMIT ?);

-- name: add_image
INSERT INTO images (number, seq, chain, at_us, whole, changes, sum) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: all_images
SELECT number, seq, chain, at_us, whole, changes, sum FROM images ORDER BY number;

-- name: drop_image
DELETE FROM images WHERE number = ?;

-- name: add_part
INSERT INTO parts (image, part, changes) VALUES (?, ?, ?);

-- name: parts_of
SELECT changes FROM parts WHERE image = ? ORDER BY part;

-- name: drop_parts
DELETE FROM parts WHERE (image, part) IN (
  SELECT image, part FROM parts WHERE image < ? AND image NOT IN (SELECT number FROM images) LIMIT ?
);

-- name: drop_unfinished
DELETE FROM parts WHERE image > (SELECT max(number) FROM images);

-- name: chain_at
SELECT chain FROM batches WHERE last = ?;

-- name: add_report
INSERT INTO reports (ident, at_us, client, request, told, exchange, sum) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: drop_reports
DELETE FROM reports WHERE client = ? AND number <= (
  SELECT number FROM reports WHERE client = ? ORDER BY number DESC LIMIT 1 OFFSET ?
);

-- name: all_reports
SELECT ident, at_us, client, request, told, exchange, sum FROM reports ORDER BY number;
