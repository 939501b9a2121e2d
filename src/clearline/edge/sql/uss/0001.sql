-- What a system that plans (F3548's USS) holds of its own intents: one row for each flight, changed as one.
--
-- A row is written before anything is asked of a registry, and again when the answer is known (node/coordination_mend.py).

PRAGMA application_id = 1129075539; -- 'CLUS'

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL -- of the script that was run
) STRICT;

CREATE TABLE flights (
  flight TEXT PRIMARY KEY,
  record BLOB NOT NULL, -- wire/f3548_uss_record.py
  sum BLOB NOT NULL -- SHA-256 of both, its first eight bytes: against damage, not against people
) STRICT, WITHOUT ROWID;
