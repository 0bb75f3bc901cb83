/**
 * `{int}` holds 64 bits, `{key}` compares byte by byte, `{strict}` is SQLite's strict typing: see `migrator.ts`.
 * A migration that was applied anywhere is never edited: the migrator refuses a changed file.
 */
export const INITIAL = `
CREATE TABLE firm (
  id {int} PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  case_number_template TEXT NOT NULL,
  demo {int} NOT NULL CHECK (demo IN (0, 1)),
  created_at {int} NOT NULL
) {strict};

CREATE TABLE members (
  id {key} PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key {key} NOT NULL UNIQUE,
  role TEXT NOT NULL,
  active {int} NOT NULL CHECK (active IN (0, 1)),
  locale TEXT,
  created_at {int} NOT NULL
) {strict};

CREATE TABLE credentials (
  member_id {key} PRIMARY KEY REFERENCES members (id),
  password_hash TEXT NOT NULL,
  changed_at {int} NOT NULL
) {strict};

CREATE TABLE sessions (
  id {key} PRIMARY KEY,
  member_id {key} NOT NULL REFERENCES members (id),
  created_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  revoked_at {int}
) {strict};
CREATE INDEX sessions_by_member ON sessions (member_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE boards (
  id {key} PRIMARY KEY,
  name TEXT NOT NULL,
  epoch TEXT NOT NULL,
  version {int} NOT NULL,
  floor {int} NOT NULL,
  columns_version {int} NOT NULL,
  members_version {int} NOT NULL,
  is_default {int} NOT NULL CHECK (is_default IN (0, 1)),
  position {int} NOT NULL,
  external_source TEXT,
  external_id {key},
  created_at {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX boards_by_external ON boards (external_source, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE board_columns (
  id {key} PRIMARY KEY,
  board_id {key} NOT NULL REFERENCES boards (id),
  key {key} NOT NULL,
  name_en TEXT NOT NULL,
  name_ja TEXT NOT NULL,
  kind TEXT NOT NULL,
  position {int} NOT NULL,
  allowed_targets TEXT,
  critical {int} NOT NULL CHECK (critical IN (0, 1)),
  wip_limit {int},
  wip_hard {int} NOT NULL CHECK (wip_hard IN (0, 1)),
  archived {int} NOT NULL CHECK (archived IN (0, 1)),
  external_source TEXT,
  external_id {key},
  UNIQUE (board_id, key)
) {strict};

CREATE TABLE matters (
  id {key} PRIMARY KEY,
  board_id {key} NOT NULL REFERENCES boards (id),
  case_number TEXT NOT NULL,
  case_number_key {key} NOT NULL,
  court_case_number TEXT,
  court_name TEXT,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  client_name TEXT NOT NULL,
  opposing_party TEXT,
  practice_area TEXT,
  column_id {key} NOT NULL REFERENCES board_columns (id),
  rank {key} NOT NULL,
  hold TEXT,
  waiting_on TEXT,
  close_outcome TEXT,
  close_request TEXT,
  priority TEXT NOT NULL,
  confidentiality TEXT NOT NULL,
  assignments TEXT NOT NULL,
  client_member_ids TEXT NOT NULL,
  deadlines TEXT NOT NULL,
  tasks TEXT NOT NULL,
  tags TEXT NOT NULL,
  opened_on TEXT,
  filed_on TEXT,
  closed_on TEXT,
  external_refs TEXT NOT NULL,
  archived {int} NOT NULL CHECK (archived IN (0, 1)),
  comment_count {int} NOT NULL,
  stage_entered_at {int} NOT NULL,
  created_at {int} NOT NULL,
  created_by {key} NOT NULL,
  updated_at {int} NOT NULL,
  updated_by {key} NOT NULL,
  version {int} NOT NULL,
  field_versions TEXT NOT NULL,
  created_version {int} NOT NULL,
  deleted_version {int}
) {strict};
CREATE UNIQUE INDEX matters_by_case_number ON matters (case_number_key) WHERE deleted_version IS NULL;
CREATE INDEX matters_by_board ON matters (board_id) WHERE deleted_version IS NULL;
CREATE INDEX matters_by_column ON matters (column_id, rank) WHERE deleted_version IS NULL;

CREATE TABLE case_numbers (
  scope {key} PRIMARY KEY,
  last {int} NOT NULL
) {strict};

CREATE TABLE comments (
  id {key} PRIMARY KEY,
  matter_id {key} NOT NULL REFERENCES matters (id),
  body TEXT NOT NULL,
  author_id {key},
  author_name TEXT,
  created_at {int} NOT NULL,
  edited_at {int}
) {strict};
CREATE INDEX comments_by_matter ON comments (matter_id, created_at, id);

CREATE TABLE change_log (
  board_id {key} NOT NULL REFERENCES boards (id),
  version {int} NOT NULL,
  seq {int} NOT NULL,
  matter_id {key},
  cid TEXT,
  n {int},
  actor_id {key} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (board_id, version, seq)
) {strict};

CREATE TABLE access_log (
  board_id {key} NOT NULL REFERENCES boards (id),
  version {int} NOT NULL,
  member_id {key} NOT NULL,
  matter_id {key} NOT NULL,
  visible {int} NOT NULL CHECK (visible IN (0, 1)),
  PRIMARY KEY (board_id, member_id, version, matter_id)
) {strict};

CREATE TABLE activity (
  id {key} PRIMARY KEY,
  board_id {key} NOT NULL REFERENCES boards (id),
  matter_id {key} NOT NULL REFERENCES matters (id),
  version {int} NOT NULL,
  kind TEXT NOT NULL,
  actor_id {key} NOT NULL,
  at {int} NOT NULL,
  reason TEXT,
  detail TEXT NOT NULL
) {strict};
CREATE INDEX activity_by_matter ON activity (matter_id, version);

CREATE TABLE idempotency_keys (
  member_id {key} NOT NULL,
  key {key} NOT NULL,
  request_hash TEXT NOT NULL,
  status {int} NOT NULL,
  matter_id {key},
  version {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (member_id, key)
) {strict};
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE imports (
  id {key} PRIMARY KEY,
  board_id {key},
  member_id {key} NOT NULL,
  file_name TEXT NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  done {int} NOT NULL,
  total {int} NOT NULL,
  plan TEXT NOT NULL,
  report TEXT NOT NULL,
  created_at {int} NOT NULL,
  finished_at {int}
) {strict};
CREATE INDEX imports_by_age ON imports (created_at);

CREATE TABLE import_rows (
  import_id {key} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  seq {int} NOT NULL,
  line {int} NOT NULL,
  result TEXT NOT NULL,
  matter_id {key},
  reason TEXT,
  label TEXT NOT NULL,
  PRIMARY KEY (import_id, seq)
) {strict};

CREATE TABLE import_changes (
  import_id {key} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  matter_id {key} NOT NULL,
  kind TEXT NOT NULL,
  before TEXT,
  version {int} NOT NULL,
  PRIMARY KEY (import_id, matter_id)
) {strict};
`
