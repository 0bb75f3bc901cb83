import type { Insertable, Selectable } from 'kysely'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { Assignment, CloseOutcome, Confidentiality, Matter, PracticeArea, Priority } from '#shared/kanban/matter.ts'
import type { MatterAccess, MatterGap, MatterRank, MatterRecord } from '../records.ts'
import type { MattersTable } from '../schema.ts'
import { flag, parse, parseOrNull } from './values.ts'

/** A matter's row, but for the versions of its birth and end, which the store keeps. */
export function toMatterRow(matter: Matter): Omit<Insertable<MattersTable>, 'created_version' | 'deleted_version' | 'gaps'> {
  return {
    id: matter.id,
    board_id: matter.boardId,
    case_number: matter.caseNumber,
    case_number_key: normalizeCaseNumber(matter.caseNumber),
    court_case_number: matter.courtCaseNumber,
    court_name: matter.courtName,
    title: matter.title,
    description: matter.description,
    client_name: matter.clientName,
    opposing_party: matter.opposingParty,
    practice_area: matter.practiceArea,
    column_id: matter.columnId,
    rank: matter.rank,
    hold: matter.hold && JSON.stringify(matter.hold),
    waiting_on: matter.waitingOn,
    close_outcome: matter.closeOutcome,
    close_request: matter.closeRequest && JSON.stringify(matter.closeRequest),
    priority: matter.priority,
    confidentiality: matter.confidentiality,
    assignments: JSON.stringify(matter.assignments),
    client_member_ids: JSON.stringify(matter.clientMemberIds),
    deadlines: JSON.stringify(matter.deadlines),
    tasks: JSON.stringify(matter.tasks),
    tags: JSON.stringify(matter.tags),
    opened_on: matter.openedOn,
    filed_on: matter.filedOn,
    closed_on: matter.closedOn,
    external_refs: JSON.stringify(matter.externalRefs),
    archived: flag(matter.archived),
    comment_count: matter.commentCount,
    stage_entered_at: matter.stageEnteredAt,
    created_at: matter.createdAt,
    created_by: matter.createdBy,
    updated_at: matter.updatedAt,
    updated_by: matter.updatedBy,
    version: matter.version,
    field_versions: JSON.stringify(matter.fieldVersions),
  }
}

export function toMatter(row: Selectable<MattersTable>): MatterRecord {
  return {
    id: row.id,
    boardId: row.board_id,
    caseNumber: row.case_number,
    courtCaseNumber: row.court_case_number,
    courtName: row.court_name,
    title: row.title,
    description: row.description,
    clientName: row.client_name,
    opposingParty: row.opposing_party,
    practiceArea: row.practice_area as PracticeArea | null,
    columnId: row.column_id,
    rank: row.rank,
    hold: parseOrNull(row.hold),
    waitingOn: row.waiting_on,
    closeOutcome: row.close_outcome as CloseOutcome | null,
    closeRequest: parseOrNull(row.close_request),
    priority: row.priority as Priority,
    confidentiality: row.confidentiality as Confidentiality,
    assignments: parse(row.assignments),
    clientMemberIds: parse(row.client_member_ids),
    deadlines: parse(row.deadlines),
    tasks: parse(row.tasks),
    tags: parse(row.tags),
    openedOn: row.opened_on,
    filedOn: row.filed_on,
    closedOn: row.closed_on,
    externalRefs: parse(row.external_refs),
    archived: row.archived === 1,
    commentCount: row.comment_count,
    stageEnteredAt: row.stage_entered_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    version: row.version,
    fieldVersions: parse(row.field_versions),
    createdVersion: row.created_version,
    deletedVersion: row.deleted_version,
    gaps: parseOrNull<MatterGap[]>(row.gaps) ?? [],
  }
}

type AccessColumns = 'id' | 'confidentiality' | 'assignments' | 'client_member_ids'

export function toAccess(
  row: Pick<Selectable<MattersTable>, AccessColumns | 'board_id' | 'version' | 'created_version' | 'deleted_version' | 'gaps'>,
): MatterAccess {
  return {
    ...toSeenBy(row),
    boardId: row.board_id,
    version: row.version,
    createdVersion: row.created_version,
    deletedVersion: row.deleted_version,
    gaps: parseOrNull<MatterGap[]>(row.gaps) ?? [],
  }
}

export function toRank(row: Pick<Selectable<MattersTable>, AccessColumns | 'rank' | 'archived'>): MatterRank {
  return { ...toSeenBy(row), rank: row.rank, archived: row.archived === 1 }
}

function toSeenBy(row: Pick<Selectable<MattersTable>, AccessColumns>) {
  return {
    id: row.id,
    confidentiality: row.confidentiality as Confidentiality,
    assignments: parse<Assignment[]>(row.assignments),
    clientMemberIds: parse<string[]>(row.client_member_ids),
  }
}
