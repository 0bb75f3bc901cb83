import type { ImportField, ImportFormat } from '#shared/import/import-fields.ts'
import { REPEATABLE_FIELDS } from '#shared/import/import-fields.ts'

/** Clio's template for matters. Its `description` is what a matter is called. */
const CLIO: Record<string, ImportField> = {
  status: 'status',
  description: 'title',
  location: 'courtName',
  client_reference: 'extra',
  open_date: 'openedOn',
  close_date: 'closedOn',
  pending_date: 'extra',
  custom_number: 'caseNumber',
  note: 'comment',
  client_first_name: 'clientFirstName',
  client_last_name: 'clientLastName',
  client_company_name: 'clientCompany',
}

/** Headers in the words of many programs, English and Japanese, in a normal form (see `normalHeader`). */
const ANY: [ImportField, string[]][] = [
  ['caseNumber', ['case_number', 'case_no', 'matter_number', 'matter_no', 'custom_number', 'file_number', 'file_no', '事件番号', '案件番号', '管理番号', '整理番号']],
  ['courtCaseNumber', ['court_case_number', 'docket', 'docket_number', 'court_number', '裁判所事件番号']],
  ['courtName', ['court', 'court_name', 'venue', 'location', '裁判所', '裁判所名', '管轄裁判所']],
  ['title', ['title', 'name', 'card', 'card_name', 'card_title', 'matter', 'matter_name', 'case_name', 'subject', 'summary', 'task', 'task_name', '件名', '案件名', '事件名', 'タイトル', '名称']],
  ['description', ['description', 'card_description', 'desc', 'details', 'body', '説明', '概要', '内容', '詳細']],
  ['status', ['status', 'stage', 'state', 'list', 'list_name', 'column', 'phase', 'bucket', 'section', 'swimlane_list', 'ステータス', '状態', '段階', '進捗', 'リスト', '列']],
  ['clientName', ['client', 'client_name', 'customer', 'clients', '依頼者', '依頼者名', '依頼人', 'クライアント', 'クライアント名', '顧客', '顧客名']],
  ['clientFirstName', ['client_first_name', 'first_name', '名']],
  ['clientLastName', ['client_last_name', 'last_name', 'surname', '姓']],
  ['clientCompany', ['client_company_name', 'client_company', 'company', 'company_name', '会社名', '法人名']],
  ['opposingParty', ['opposing_party', 'opponent', 'adverse_party', 'defendant', '相手方', '相手方名', '対立当事者']],
  ['practiceArea', ['practice_area', 'area_of_law', 'practice', 'matter_type', 'case_type', '分野', '取扱分野', '事件類型', '案件種別']],
  ['priority', ['priority', 'importance', 'urgency', '優先度', '重要度', '緊急度']],
  ['responsible', ['responsible_attorney', 'responsible_lawyer', 'responsible', 'attorney', 'lawyer', 'lead', 'owner', 'primary_lawyer', '担当弁護士', '主任弁護士', '主任', '担当']],
  ['people', ['members', 'assignees', 'assignee', 'assigned_to', 'team', 'originating_attorney', 'staff', '担当者', 'メンバー', '共同担当']],
  ['tags', ['tags', 'labels', 'label', 'tag', 'categories', 'category', 'ラベル', 'タグ', 'カテゴリ', '分類']],
  ['dueDate', ['due', 'due_date', 'deadline', 'due_on', 'date_due', '期限', '期日', '締切', '締め切り']],
  ['openedOn', ['open_date', 'opened', 'opened_on', 'start', 'start_date', 'date_opened', '受任日', '開始日', '受付日', '依頼日']],
  ['filedOn', ['filed', 'filed_on', 'filing_date', 'date_filed', '提訴日', '申立日', '提出日']],
  ['closedOn', ['close_date', 'closed', 'closed_on', 'date_closed', 'end_date', '終了日', '完了日', '終結日']],
  ['waitingOn', ['waiting_on', 'waiting_for', 'blocked_by', '待ち']],
  ['comment', ['note', 'notes', 'comment', 'comments', 'remarks', 'memo', '備考', 'メモ', 'コメント', '特記事項']],
  ['externalId', ['id', 'card_id', 'external_id', 'uuid', 'key', 'matter_id']],
  ['task', ['checklist', 'tasks', 'to_do', 'todo', 'subtasks', 'タスク', 'チェックリスト']],
]

/**
 * What each column most likely means. What isn't known becomes `extra`: it comes along under its header,
 * until the person says better.
 */
export function guessFields(headers: readonly string[], format: ImportFormat): ImportField[] {
  const taken = new Set<ImportField>()
  const names = headers.map(normalHeader)
  const fields: (ImportField | undefined)[] = names.map(name => claim(format === 'clio' ? CLIO[name] : undefined, taken) ?? claim(knownField(name), taken))
  // Without a title the description has to name the matter.
  if (!fields.includes('title')) {
    const stand = fields.findIndex(field => field === 'description' || field === 'clientName')
    if (stand !== -1)
      fields[stand] = 'title'
    else if (!fields.some(field => field !== undefined))
      fields[0] = 'title'
  }
  return fields.map(field => field ?? 'extra')
}

function claim(field: ImportField | undefined, taken: Set<ImportField>): ImportField | undefined {
  if (!field || (taken.has(field) && !REPEATABLE_FIELDS.includes(field)))
    return undefined
  taken.add(field)
  return field
}

function knownField(name: string): ImportField | undefined {
  return ANY.find(([, names]) => names.includes(name))?.[0]
}

/** No case, no width, one kind of gap, no count of repetition. */
function normalHeader(header: string): string {
  return header.normalize('NFKC').toLowerCase().replace(/ \(\d+\)$/, '').trim().replaceAll(/[\s_./-]+/g, '_')
}
