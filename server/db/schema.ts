import type { Generated } from 'kysely'

/*
 * The tables as Kysely sees them: text, numbers and null, what SQLite and PostgreSQL both store.
 */

/** 0 or 1. */
type Flag = number

export interface FirmTable {
  id: number
  name: string
  time_zone: string
  case_number_template: string
  demo: Flag
  created_at: number
  transport_mode: string | null
  transport_share: Generated<number>
  awareness: string | null
  awareness_version: Generated<number>
  personal_generation: string | null
}

export interface PersonalHeadsTable {
  member_id: string
  version: number
}

export interface PreferencesTable {
  member_id: string
  body: string
  updated_at: number
}

export interface NotificationsTable {
  id: string
  member_id: string
  dedupe_key: string
  version: number
  type: string
  board_id: string | null
  matter_id: string | null
  actor_id: string | null
  at: number
  data: string
  read_at: number | null
  cleared_at: number | null
}

export interface MatterFollowsTable {
  matter_id: string
  member_id: string
  at: number
}

export interface BoardVisitsTable {
  member_id: string
  board_id: string
  seen_at: number
}

export interface MembersTable {
  id: string
  name: string
  email: string
  /** The address in the form in which addresses are compared. */
  email_key: string
  role: string
  active: Flag
  locale: string | null
  transport: string | null
  created_at: number
}

export interface CredentialsTable {
  member_id: string
  password_hash: string
  changed_at: number
}

export interface SessionsTable {
  id: string
  member_id: string
  created_at: number
  last_seen_at: number
  expires_at: number
  revoked_at: number | null
}

export interface BoardsTable {
  id: string
  name: string
  epoch: string
  version: number
  floor: number
  columns_version: number
  members_version: number
  is_default: Flag
  position: number
  external_source: string | null
  external_id: string | null
  created_at: number
}

export interface BoardColumnsTable {
  id: string
  board_id: string
  key: string
  name_en: string
  name_ja: string
  kind: string
  position: number
  allowed_targets: string | null
  critical: Flag
  wip_limit: number | null
  wip_hard: Flag
  archived: Flag
  external_source: string | null
  external_id: string | null
}

export interface MattersTable {
  id: string
  board_id: string
  case_number: string
  case_number_key: string
  court_case_number: string | null
  court_name: string | null
  title: string
  description: string
  client_name: string
  opposing_party: string | null
  practice_area: string | null
  column_id: string
  rank: string
  hold: string | null
  waiting_on: string | null
  close_outcome: string | null
  close_request: string | null
  priority: string
  confidentiality: string
  assignments: string
  client_member_ids: string
  deadlines: string
  tasks: string
  tags: string
  opened_on: string | null
  filed_on: string | null
  closed_on: string | null
  external_refs: string
  archived: Flag
  comment_count: number
  stage_entered_at: number
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
  version: number
  field_versions: string
  created_version: number
  deleted_version: number | null
  gaps: string | null
}

export interface CaseNumbersTable {
  scope: string
  last: number
}

export interface CommentsTable {
  id: string
  matter_id: string
  body: string
  author_id: string | null
  author_name: string | null
  created_at: number
  edited_at: number | null
}

export interface ChangeLogTable {
  board_id: string
  version: number
  seq: number
  matter_id: string | null
  cid: string | null
  n: number | null
  actor_id: string
  at: number
}

export interface AccessLogTable {
  board_id: string
  version: number
  member_id: string
  matter_id: string
  visible: Flag
}

export interface ActivityTable {
  id: string
  board_id: string
  matter_id: string
  version: number
  kind: string
  actor_id: string
  at: number
  reason: string | null
  detail: string
}

export interface IdempotencyKeysTable {
  member_id: string
  key: string
  request_hash: string
  status: number
  matter_id: string | null
  version: number
  created_at: number
}

export interface MutationClientsTable {
  board_id: string
  cid: string
  member_id: string
  last_n: number
  created_at: number
  last_seen_at: number
}

export interface MutationResultsTable {
  board_id: string
  cid: string
  n: number
  change_key: string | null
  status: string
  version: number
  matter_id: string | null
  code: string | null
  field: string | null
  allowed: string | null
  conflicts: string | null
  others: string | null
  created_at: number
}

export interface ImportsTable {
  id: string
  board_id: string | null
  member_id: string
  file_name: string
  format: string
  state: string
  done: number
  total: number
  plan: string
  report: string
  created_at: number
  finished_at: number | null
}

export interface ImportRowsTable {
  import_id: string
  seq: number
  line: number
  result: string
  matter_id: string | null
  reason: string | null
  label: string
}

export interface ImportChangesTable {
  import_id: string
  matter_id: string
  kind: string
  before: string | null
  version: number
}

export interface ImportSourcesTable {
  import_id: string
  seq: number
  line: number
  source: string
}

export interface ImportBaselinesTable {
  import_id: string
  board_id: string
  external_source: string
  external_id: string
  matter_id: string
  draft: string
}

export interface MigrationsTable {
  name: string
  sha256: string
  applied_at: number
}

/** Every table by its name. */
export interface Database {
  firm: FirmTable
  members: MembersTable
  credentials: CredentialsTable
  sessions: SessionsTable
  boards: BoardsTable
  board_columns: BoardColumnsTable
  matters: MattersTable
  case_numbers: CaseNumbersTable
  comments: CommentsTable
  change_log: ChangeLogTable
  access_log: AccessLogTable
  activity: ActivityTable
  idempotency_keys: IdempotencyKeysTable
  mutation_clients: MutationClientsTable
  mutation_results: MutationResultsTable
  imports: ImportsTable
  import_rows: ImportRowsTable
  import_changes: ImportChangesTable
  import_sources: ImportSourcesTable
  import_baselines: ImportBaselinesTable
  personal_heads: PersonalHeadsTable
  preferences: PreferencesTable
  notifications: NotificationsTable
  matter_follows: MatterFollowsTable
  board_visits: BoardVisitsTable
  schema_migrations: MigrationsTable
}
