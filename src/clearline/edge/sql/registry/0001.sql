-- The file of an embedded registry: a log of every change, and images of the state that the log can be read on from.
--
-- An image is the state exactly after entry `seq`. A whole one holds every entity; any other holds what changed since the
-- image before it. The oldest image is whole, and the log begins after it: what came before was older than the operator
-- keeps it. The newest whole one, and those after it, are how the registry starts quickly.

PRAGMA application_id = 1129075271; -- 'CLRG'

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL -- of the script that was run
) STRICT;

-- What came to the disk together: entries `first` to `last`, in the form of the log (docs/specs/registry-log.md).
CREATE TABLE batches (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL CHECK (last >= first),
  at_us INTEGER NOT NULL, -- the latest time of its entries
  chain BLOB NOT NULL, -- SHA-256 over the chain before it and its entries: no batch is lost, moved or changed unseen
  entries BLOB NOT NULL
) STRICT;

CREATE TABLE images (
  number INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  chain BLOB NOT NULL, -- of the log, after entry seq
  at_us INTEGER NOT NULL,
  whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
  changes INTEGER NOT NULL, -- how many its parts bring
  sum BLOB NOT NULL -- SHA-256 over its parts, in order
) STRICT;

-- Parts whose image is not there are of one that was not finished, or is being removed.
CREATE TABLE parts (
  image INTEGER NOT NULL,
  part INTEGER NOT NULL,
  changes BLOB NOT NULL,
  PRIMARY KEY (image, part)
) STRICT, WITHOUT ROWID;
