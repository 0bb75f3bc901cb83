/** What an import read and what it last wrote, so that it can be resumed, repeated and taken back. */
export const IMPORT_SOURCES = `
CREATE TABLE import_sources (
  import_id {key} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  seq {int} NOT NULL,
  line {int} NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (import_id, seq)
) {strict};

CREATE TABLE import_baselines (
  import_id {key} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  board_id {key} NOT NULL REFERENCES boards (id),
  external_source TEXT NOT NULL,
  external_id {key} NOT NULL,
  matter_id {key} NOT NULL,
  draft TEXT NOT NULL,
  PRIMARY KEY (import_id, external_source, external_id)
) {strict};
CREATE INDEX import_baselines_by_thing ON import_baselines (board_id, external_id);
CREATE INDEX import_baselines_by_matter ON import_baselines (import_id, matter_id);
`
