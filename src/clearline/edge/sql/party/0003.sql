-- The party's own officers: their accounts, and the sessions they have open.

CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  body BLOB NOT NULL, -- canonical JSON of whoever signs officers in
  sum BLOB NOT NULL CHECK (sum = row_sum(name, body))
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_sha256 BLOB PRIMARY KEY, -- the token itself is nowhere
  account TEXT NOT NULL REFERENCES accounts (name),
  ends_ms INTEGER NOT NULL,
  body BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(token_sha256, account, ends_ms, body))
) STRICT, WITHOUT ROWID;
