-- The queries of a party's store, by name. Every row is written with its sum; see 0001.sql.

-- name: make_store
INSERT INTO store (one, store_id, writes, suffix, certain, sum)
VALUES (1, :store_id, :writes, :suffix, :certain, row_sum(:store_id, :writes, :suffix, :certain));

-- name: get_store
SELECT store_id, writes, suffix, certain FROM store;

-- name: set_store
UPDATE store SET writes = :writes, suffix = :suffix, certain = :certain,
  sum = row_sum(store_id, :writes, :suffix, :certain);

-- name: count_write
UPDATE store SET writes = writes + 1, sum = row_sum(store_id, writes + 1, suffix, certain) RETURNING writes;

-- name: doubt_logs
UPDATE logs SET standing = 'unsure', sum = row_sum(
  id, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, 'unsure', at_least
) WHERE standing = 'certain';

-- name: put_keyset
INSERT INTO keysets (party, version, sealed, sum)
VALUES (:party, :version, :sealed, row_sum(:party, :version, :sealed));

-- name: keysets_of
SELECT sealed FROM keysets WHERE party = :party ORDER BY version;

-- name: set_anchor
UPDATE logs SET anchor = :anchor, sum = row_sum(
  id, origin, writer, :anchor, size, peaks, last_id, seen_size, seen_root, standing, at_least
) WHERE id = :id AND size = 0;

-- name: get_keyset
SELECT sealed FROM keysets WHERE party = :party AND version = :version;

-- name: make_log
INSERT INTO logs (id, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, standing, at_least, sum)
VALUES (:id, :origin, :writer, :anchor, :size, :peaks, :last_id, :seen_size, :seen_root, :standing, :at_least, row_sum(
  :id, :origin, :writer, :anchor, :size, :peaks, :last_id, :seen_size, :seen_root, :standing, :at_least
));

-- name: next_log
SELECT 1 + coalesce(max(id), 0) FROM logs;

-- name: all_logs
SELECT id, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, standing, at_least FROM logs ORDER BY id;

-- name: set_head
UPDATE logs SET size = :size, peaks = :peaks, last_id = :last_id, seen_size = :seen_size, seen_root = :seen_root,
  sum = row_sum(
    id, origin, writer, anchor, :size, :peaks, :last_id, :seen_size, :seen_root, standing, at_least
  ) WHERE id = :id;

-- name: set_standing
UPDATE logs SET standing = :standing, at_least = :at_least, sum = row_sum(
  id, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, :standing, :at_least
) WHERE id = :id;

-- name: next_position
SELECT 1 + coalesce(max(position), 0) FROM entries;

-- name: put_entry
INSERT INTO entries (position, log, seq, content_id, logged_ms, seen_size, announces, sum, envelope)
VALUES (:position, :log, :seq, :content_id, :logged_ms, :seen_size, :announces,
  row_sum(:position, :log, :seq, :content_id, :logged_ms, :seen_size, :announces), :envelope);

-- name: get_envelope
SELECT envelope FROM entries WHERE log = :log AND seq = :seq;

-- name: get_envelopes
SELECT envelope FROM entries WHERE log = :log AND seq >= :first AND seq < :end ORDER BY seq;

-- name: announcements
SELECT seq, envelope FROM entries WHERE log = :log AND announces = 1 ORDER BY seq;

-- name: seen_steps
SELECT seen_size, min(seq) FROM entries
WHERE log = :log AND seen_size > :above AND seen_size <= :to GROUP BY seen_size ORDER BY seen_size;

-- name: all_entries
SELECT position, log, seq, content_id, logged_ms, seen_size, announces, envelope FROM entries ORDER BY position;

-- name: entries_since
SELECT position, content_id FROM entries WHERE position > :position ORDER BY position LIMIT :most;

-- name: log_entries
SELECT content_id, envelope FROM entries WHERE log = :log ORDER BY seq;

-- name: put_node
INSERT INTO nodes (log, level, place, hash) VALUES (:log, :level, :place, :hash);

-- name: get_node
SELECT hash FROM nodes WHERE log = :log AND level = :level AND place = :place;

-- name: log_nodes
SELECT level, place, hash FROM nodes WHERE log = :log;

-- name: put_checkpoint
INSERT OR IGNORE INTO checkpoints (log, size, note, sum) VALUES (:log, :size, :note, row_sum(:log, :size, :note));

-- name: get_checkpoint
SELECT note FROM checkpoints WHERE log = :log AND size = :size;

-- name: next_checkpoint
SELECT size FROM checkpoints WHERE log = :log AND size > :size ORDER BY size LIMIT 1;

-- name: set_own_card
INSERT OR REPLACE INTO own_card (one, card, sum) VALUES (1, :card, row_sum(:card));

-- name: get_own_card
SELECT card FROM own_card;

-- name: put_peer
INSERT OR REPLACE INTO peers (party, card, added_ms, sum)
VALUES (:party, :card, :added_ms, row_sum(:party, :card, :added_ms));

-- name: all_peers
SELECT party, card, added_ms FROM peers ORDER BY party;

-- name: put_receipt
INSERT OR IGNORE INTO receipts (log, size, note, cosigned_ms, sum)
VALUES (:log, :size, :note, :cosigned_ms, row_sum(:log, :size, :note, :cosigned_ms));

-- name: get_receipt
SELECT size, note, cosigned_ms FROM receipts WHERE log = :log AND size = :size;

-- name: last_receipt
SELECT size, note, cosigned_ms FROM receipts WHERE log = :log AND size <= :most ORDER BY size DESC LIMIT 1;

-- name: next_receipt
SELECT size, note, cosigned_ms FROM receipts WHERE log = :log AND size > :above ORDER BY size LIMIT 1;

-- name: put_witnessed
INSERT OR IGNORE INTO witnessed (log, size, witness, note, cosigned_ms, sum)
VALUES (:log, :size, :witness, :note, :cosigned_ms, row_sum(:log, :size, :witness, :note, :cosigned_ms));

-- name: next_witnessed
SELECT size, note, cosigned_ms FROM witnessed WHERE log = :log AND size > :above ORDER BY size, witness LIMIT 1;

-- name: witnessed_at
SELECT note FROM witnessed WHERE log = :log AND size = :size ORDER BY witness;

-- name: latest_witnessed
SELECT witness, max(size), cosigned_ms FROM witnessed WHERE log = :log GROUP BY witness;

-- name: logged_from
SELECT min(logged_ms) FROM entries WHERE log = :log AND seq >= :first;

-- name: count_evidence
SELECT count(*) FROM evidence WHERE peer = :peer AND kind = :kind;

-- name: next_evidence
SELECT 1 + coalesce(max(id), 0) FROM evidence;

-- name: put_evidence
INSERT OR IGNORE INTO evidence (id, peer, origin, kind, problem, data, digest, found_ms, sum)
VALUES (:id, :peer, :origin, :kind, :problem, :data, :digest, :found_ms,
  row_sum(:id, :peer, :origin, :kind, :problem, :data, :digest, :found_ms));

-- name: all_evidence
SELECT peer, origin, kind, problem, data, found_ms FROM evidence ORDER BY id;

-- name: put_loose
INSERT OR IGNORE INTO loose (log, seq, content_id, envelope, sum)
VALUES (:log, :seq, :content_id, :envelope, row_sum(:log, :seq, :content_id, :envelope));

-- name: count_loose
SELECT count(*) FROM loose WHERE log = :log;

-- name: loose_below
SELECT seq, content_id, envelope FROM loose WHERE log = :log AND seq < :size ORDER BY seq, content_id;

-- name: drop_loose
DELETE FROM loose WHERE log = :log AND seq < :size;

-- name: put_heard
INSERT OR REPLACE INTO heard (peer, route, at_ms, their_ms, sum)
VALUES (:peer, :route, :at_ms, :their_ms, row_sum(:peer, :route, :at_ms, :their_ms));

-- name: all_heard
SELECT peer, route, at_ms, their_ms FROM heard ORDER BY peer, route;

-- name: put_offer
INSERT OR IGNORE INTO offers (log, size, route, at_ms, sum)
VALUES (:log, :size, :route, :at_ms, row_sum(:log, :size, :route, :at_ms));

-- name: last_offer
SELECT max(size) FROM offers WHERE log = :log AND route = :route;

-- name: offers_above
SELECT route, min(at_ms) FROM offers WHERE log = :log AND size > :seq GROUP BY route ORDER BY route;

-- name: put_account
INSERT INTO accounts (name, body, sum) VALUES (:name, :body, row_sum(:name, :body))
ON CONFLICT (name) DO UPDATE SET body = excluded.body, sum = excluded.sum;

-- name: all_accounts
SELECT name, body FROM accounts ORDER BY name;

-- name: put_session
INSERT INTO sessions (token_sha256, account, ends_ms, body, sum)
VALUES (:token_sha256, :account, :ends_ms, :body, row_sum(:token_sha256, :account, :ends_ms, :body))
ON CONFLICT (token_sha256) DO UPDATE SET ends_ms = excluded.ends_ms, body = excluded.body, sum = excluded.sum;

-- name: get_session
SELECT account, ends_ms, body FROM sessions WHERE token_sha256 = :token_sha256;

-- name: drop_session
DELETE FROM sessions WHERE token_sha256 = :token_sha256;

-- name: drop_sessions_before
DELETE FROM sessions WHERE ends_ms < :ends_ms;

-- name: drop_sessions_of
DELETE FROM sessions WHERE account = :account;

-- name: put_plan
INSERT INTO plans
  (ident, version, name, series, state, start_ms, end_ms, body, written_by, written_ms, released_by, sum)
VALUES (:ident, :version, :name, :series, :state, :start_ms, :end_ms, :body, :written_by, :written_ms, :released_by,
  row_sum(
    :ident, :version, :name, :series, :state, :start_ms, :end_ms, :body, :written_by, :written_ms, :released_by
  )
) ON CONFLICT (ident, version) DO UPDATE SET state = excluded.state, released_by = excluded.released_by,
  sum = row_sum(
    ident, version, name, series, excluded.state, start_ms, end_ms, body, written_by, written_ms, excluded.released_by
  );

-- name: plan_versions
SELECT ident, version, series, state, body, written_by, written_ms, released_by
FROM plans WHERE ident = :ident ORDER BY version;

-- name: plans_named
SELECT ident, version, series, state, body, written_by, written_ms, released_by
FROM plans WHERE name = :name ORDER BY written_ms, ident, version;

-- name: plans_of_series
SELECT ident, version, series, state, body, written_by, written_ms, released_by
FROM plans WHERE series = :series ORDER BY start_ms, ident, version;

-- name: plans_in_state
SELECT ident, version, series, state, body, written_by, written_ms, released_by
FROM plans WHERE state = :state ORDER BY start_ms, ident, version;

-- name: plans_by_prefix
SELECT DISTINCT ident FROM plans WHERE ident >= :low AND ident < :high ORDER BY ident LIMIT 2;

-- name: put_plan_event
INSERT INTO plan_events (id, ident, version, step, by, at_ms, why, sum)
VALUES (:id, :ident, :version, :step, :by, :at_ms, :why, row_sum(:id, :ident, :version, :step, :by, :at_ms, :why));

-- name: next_plan_event
SELECT 1 + coalesce(max(id), 0) FROM plan_events;

-- name: plan_events_of
SELECT ident, version, step, by, at_ms, why FROM plan_events WHERE ident = :ident ORDER BY id;

-- name: plan_events_since
SELECT id, ident, version, step, by, at_ms, why FROM plan_events WHERE id > :id ORDER BY id LIMIT :most;

-- name: put_plan_read
INSERT INTO plan_reads (id, ident, version, recipient, reader, precision, at_ms, sum)
VALUES (:id, :ident, :version, :recipient, :reader, :precision, :at_ms,
  row_sum(:id, :ident, :version, :recipient, :reader, :precision, :at_ms));

-- name: next_plan_read
SELECT 1 + coalesce(max(id), 0) FROM plan_reads;

-- name: plan_reads_of
SELECT ident, version, recipient, reader, precision, at_ms FROM plan_reads WHERE ident = :ident ORDER BY id;

-- name: put_template
INSERT INTO plan_templates (name, body, sum) VALUES (:name, :body, row_sum(:name, :body))
ON CONFLICT (name) DO UPDATE SET body = excluded.body, sum = row_sum(name, excluded.body);

-- name: get_template
SELECT body FROM plan_templates WHERE name = :name;

-- name: all_templates
SELECT name, body FROM plan_templates ORDER BY name;

-- name: drop_template
DELETE FROM plan_templates WHERE name = :name;
