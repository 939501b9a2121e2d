-- additive: what clients report of this registry (F3548-21 DSS0100: reports are made and archived).

CREATE TABLE reports (
  number INTEGER PRIMARY KEY,
  ident TEXT NOT NULL UNIQUE, -- the name under which it was taken
  at_us INTEGER NOT NULL,
  client TEXT NOT NULL,
  request TEXT NOT NULL,
  told TEXT NOT NULL, -- in a few words
  exchange BLOB NOT NULL, -- as it was sent
  sum BLOB NOT NULL -- over all before it
) STRICT;

CREATE INDEX reports_client ON reports (client, number);
