/** Outboxes and how their mutations ended. Results name fields and hold none of their values. */
export const NUMBERED_MUTATIONS = `
CREATE TABLE mutation_clients (
  board_id {key} NOT NULL REFERENCES boards (id),
  cid {key} NOT NULL,
  member_id {key} NOT NULL,
  last_n {int} NOT NULL,
  created_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  PRIMARY KEY (board_id, cid)
) {strict};
CREATE INDEX mutation_clients_by_age ON mutation_clients (last_seen_at);

CREATE TABLE mutation_results (
  board_id {key} NOT NULL REFERENCES boards (id),
  cid {key} NOT NULL,
  n {int} NOT NULL,
  change_key TEXT,
  status TEXT NOT NULL,
  version {int} NOT NULL,
  matter_id {key},
  code TEXT,
  field TEXT,
  allowed TEXT,
  conflicts TEXT,
  others TEXT,
  created_at {int} NOT NULL,
  PRIMARY KEY (board_id, cid, n)
) {strict};
CREATE INDEX mutation_results_by_age ON mutation_results (created_at);
`
