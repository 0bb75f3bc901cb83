/** What is a member's own: preferences, notifications, followed matters; and the firm's settings of it. */
export const AWARENESS = `
ALTER TABLE firm ADD COLUMN awareness TEXT;
ALTER TABLE firm ADD COLUMN awareness_version {int} NOT NULL DEFAULT 0;

CREATE TABLE personal_heads (
  member_id {key} PRIMARY KEY REFERENCES members (id),
  version {int} NOT NULL
) {strict};

CREATE TABLE preferences (
  member_id {key} PRIMARY KEY REFERENCES members (id),
  body TEXT NOT NULL,
  updated_at {int} NOT NULL
) {strict};

CREATE TABLE notifications (
  id {key} PRIMARY KEY,
  member_id {key} NOT NULL REFERENCES members (id),
  dedupe_key {key} NOT NULL,
  version {int} NOT NULL,
  type TEXT NOT NULL,
  board_id {key},
  matter_id {key},
  actor_id {key},
  at {int} NOT NULL,
  data TEXT NOT NULL,
  read_at {int},
  cleared_at {int},
  UNIQUE (member_id, dedupe_key)
) {strict};
CREATE INDEX notifications_by_version ON notifications (member_id, version);
CREATE INDEX notifications_by_time ON notifications (member_id, at, id);
CREATE INDEX notifications_by_board ON notifications (board_id);

CREATE TABLE matter_follows (
  matter_id {key} NOT NULL,
  member_id {key} NOT NULL REFERENCES members (id),
  at {int} NOT NULL,
  PRIMARY KEY (matter_id, member_id)
) {strict};
CREATE INDEX matter_follows_by_member ON matter_follows (member_id);

CREATE TABLE board_visits (
  member_id {key} NOT NULL REFERENCES members (id),
  board_id {key} NOT NULL,
  seen_at {int} NOT NULL,
  PRIMARY KEY (member_id, board_id)
) {strict};

CREATE INDEX activity_by_board ON activity (board_id, version, id);
`
