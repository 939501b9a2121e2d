-- The party's own plans: every version of each, what happened to it, who read it, and the templates it is made from.

CREATE TABLE plans (
  ident TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL, -- the party's own, of the activity
  series TEXT,
  state TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER, -- none where it has no end
  body BLOB NOT NULL, -- the plan whole, as wire.plan_json writes it, but for its state and its release
  written_by TEXT NOT NULL,
  written_ms INTEGER NOT NULL,
  released_by TEXT,
  sum BLOB NOT NULL CHECK (
    sum = row_sum(ident, version, name, series, state, start_ms, end_ms, body, written_by, written_ms, released_by)
  ),
  PRIMARY KEY (ident, version)
) STRICT;

CREATE INDEX plans_by_name ON plans (name);
CREATE INDEX plans_by_state ON plans (state, start_ms);

CREATE TABLE plan_events (
  id INTEGER PRIMARY KEY,
  ident TEXT NOT NULL,
  version INTEGER NOT NULL,
  step TEXT NOT NULL,
  by TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  why TEXT NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(id, ident, version, step, by, at_ms, why)),
  FOREIGN KEY (ident, version) REFERENCES plans (ident, version)
) STRICT;

CREATE INDEX plan_events_by_plan ON plan_events (ident, version);

-- Every time a recipient was given a plan, and how exactly.
CREATE TABLE plan_reads (
  id INTEGER PRIMARY KEY,
  ident TEXT NOT NULL,
  version INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  reader TEXT NOT NULL, -- who there, as the recipient says it: a class of post, or a system
  precision TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(id, ident, version, recipient, reader, precision, at_ms)),
  FOREIGN KEY (ident, version) REFERENCES plans (ident, version)
) STRICT;

CREATE INDEX plan_reads_by_plan ON plan_reads (ident, version);

CREATE TABLE plan_templates (
  name TEXT PRIMARY KEY,
  body BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (sum = row_sum(name, body))
) STRICT, WITHOUT ROWID;
