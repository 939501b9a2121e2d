-- The record: the logs a party writes and its copies of the other parties', their trees, and the keys they are held to.
--
-- row_sum(...) is a function of the store's own: eight bytes of SHA-256 over the values. A row's sum is checked by its
-- constraint when it is written and by PRAGMA integrity_check when the store is opened, so a byte that changed on disk
-- is found before anything is answered from it. Envelopes and nodes are not summed: their log's tree covers them.

PRAGMA application_id = 1129073742; -- 'CLLN'

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL -- of the script that was run
) STRICT;

-- One row: which store this is, and how many transactions it has kept (held against the mark beside the file).
CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id TEXT NOT NULL,
  writes INTEGER NOT NULL,
  suffix TEXT NOT NULL, -- of the private logs being written
  certain INTEGER NOT NULL CHECK (certain IN (0, 1)), -- whether a log that is new here is new in the world
  sum BLOB NOT NULL CHECK (sum = row_sum(store_id, writes, suffix, certain))
) STRICT;

CREATE TABLE keysets (
  party TEXT NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(party, version, sealed)),
  PRIMARY KEY (party, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE logs (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  writer TEXT NOT NULL,
  anchor INTEGER NOT NULL, -- version of the writer's key set that is in force from entry 0
  size INTEGER NOT NULL,
  peaks BLOB NOT NULL, -- roots of the complete subtrees, the largest first, 32 bytes each
  last_id TEXT NOT NULL,
  seen_size INTEGER NOT NULL,
  seen_root BLOB NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('certain', 'unsure', 'forked')),
  at_least INTEGER NOT NULL, -- the size up to which the own signature is known to stand somewhere
  sum BLOB NOT NULL CHECK (
    sum = row_sum(id, origin, writer, anchor, size, peaks, last_id, seen_size, seen_root, standing, at_least)
  ),
  FOREIGN KEY (writer, anchor) REFERENCES keysets (party, version)
) STRICT;

CREATE TABLE entries (
  position INTEGER PRIMARY KEY, -- the order in which this store came to keep it
  log INTEGER NOT NULL REFERENCES logs (id),
  seq INTEGER NOT NULL,
  content_id BLOB NOT NULL UNIQUE,
  logged_ms INTEGER NOT NULL,
  seen_size INTEGER NOT NULL,
  announces INTEGER NOT NULL CHECK (announces IN (0, 1)), -- whether it brings a key set
  sum BLOB NOT NULL CHECK (sum = row_sum(position, log, seq, content_id, logged_ms, seen_size, announces)),
  envelope BLOB NOT NULL,
  UNIQUE (log, seq)
) STRICT;

CREATE INDEX announcements ON entries (log, seq) WHERE announces = 1;

-- Roots of complete subtrees over two leaves and more; a leaf's hash is worked out from its envelope.
CREATE TABLE nodes (
  log INTEGER NOT NULL REFERENCES logs (id),
  level INTEGER NOT NULL,
  place INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (log, level, place)
) STRICT, WITHOUT ROWID;

-- Checkpoints of own logs that keys no longer at hand signed: what a change of keys leaves behind.
CREATE TABLE checkpoints (
  log INTEGER NOT NULL REFERENCES logs (id),
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(log, size, note)),
  PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;
