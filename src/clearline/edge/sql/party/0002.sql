-- The line between nodes: cards, receipts, what was offered and heard, and what the other side cannot explain.

-- One row: the own card.
CREATE TABLE own_card (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  card BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(card))
) STRICT;

CREATE TABLE peers (
  party TEXT PRIMARY KEY,
  card BLOB NOT NULL,
  added_ms INTEGER NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(party, card, added_ms))
) STRICT, WITHOUT ROWID;

-- Checkpoints with a cosignature: of own logs the other side's, of the other side's logs the own.
CREATE TABLE receipts (
  log INTEGER NOT NULL REFERENCES logs (id),
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  cosigned_ms INTEGER NOT NULL, -- by the cosigner's clock
  sum BLOB NOT NULL CHECK (sum = row_sum(log, size, note, cosigned_ms)),
  PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;

-- Cosignatures of witnesses on own logs.
CREATE TABLE witnessed (
  log INTEGER NOT NULL REFERENCES logs (id),
  size INTEGER NOT NULL,
  witness TEXT NOT NULL,
  note TEXT NOT NULL,
  cosigned_ms INTEGER NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(log, size, witness, note, cosigned_ms)),
  PRIMARY KEY (log, size, witness)
) STRICT, WITHOUT ROWID;

-- What a peer handed over and this node refused, or proved a lie: kept, never applied.
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  peer TEXT NOT NULL,
  origin TEXT NOT NULL,
  kind TEXT NOT NULL,
  problem TEXT NOT NULL,
  data BLOB NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  found_ms INTEGER NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(id, peer, origin, kind, problem, data, digest, found_ms))
) STRICT;

-- Statements that a peer signed and handed over outside any tree it signed: held against its log when that comes.
CREATE TABLE loose (
  log INTEGER NOT NULL REFERENCES logs (id),
  seq INTEGER NOT NULL,
  content_id BLOB NOT NULL,
  envelope BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(log, seq, content_id, envelope)),
  PRIMARY KEY (log, seq, content_id)
) STRICT, WITHOUT ROWID;

-- When a peer's node was last heard by each route, and what its clock said then.
CREATE TABLE heard (
  peer TEXT NOT NULL,
  route TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  their_ms INTEGER,
  sum BLOB NOT NULL CHECK (sum = row_sum(peer, route, at_ms, their_ms)),
  PRIMARY KEY (peer, route)
) STRICT, WITHOUT ROWID;

-- Up to which size a route took an own log, and when.
CREATE TABLE offers (
  log INTEGER NOT NULL REFERENCES logs (id),
  size INTEGER NOT NULL,
  route TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(log, size, route, at_ms)),
  PRIMARY KEY (log, route, size)
) STRICT, WITHOUT ROWID;
