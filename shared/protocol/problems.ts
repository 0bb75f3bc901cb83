import type { EpochMs, ItemKey, MatterField } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

/**
 * Every expected no has one code, and each code one HTTP status. The words on the screen come
 * from the code (`problems.*` in the message catalogues), never from `message`, which is for
 * scripts and logs.
 */
export const PROBLEM_STATUS = {
  // the request
  BAD_REQUEST: 400,
  VALIDATION: 422,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  BAD_ORIGIN: 403,
  UPGRADE_REQUIRED: 426,
  // who asks
  UNAUTHENTICATED: 401,
  INVALID_CREDENTIALS: 401,
  TOO_MANY_ATTEMPTS: 429,
  FORBIDDEN: 403,
  EMAIL_TAKEN: 409,
  LAST_ADMIN: 409,
  COLUMN_IN_USE: 409,
  LIST_FULL: 422,
  // matters; a refusal by the rules of the board answers 422
  MATTER_GONE: 404,
  BOARD_GONE: 404,
  COLUMN_GONE: 422,
  NOT_ASSIGNED: 422,
  INSUFFICIENT_PERMISSION: 422,
  INVALID_TRANSITION: 422,
  REASON_REQUIRED: 422,
  CONFIRMATION_REQUIRED: 422,
  WIP_LIMIT: 422,
  PREMATURE_CLOSURE: 422,
  UNDO_STALE: 409,
  CASE_NUMBER_TAKEN: 409,
  ID_TAKEN: 409,
  CONFLICT: 409,
  IDEMPOTENCY_MISMATCH: 409,
  ORDER: 409,
  RESULT_FORGOTTEN: 409,
  NUMBER_TAKEN: 409,
  // sockets
  SOCKETS_OFF: 403,
  TOO_MANY_SOCKETS: 503,
  // imports
  IMPORT_UNREADABLE: 422,
  IMPORT_TOO_LARGE: 413,
  IMPORT_GONE: 404,
  IMPORT_BUSY: 409,
  // the world
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<string, number>

export type ProblemCode = keyof typeof PROBLEM_STATUS

/** What a refused request answers. `field` names the part of the body that is wrong, as a dotted path. */
export interface ProblemBody {
  code: ProblemCode
  message: string
  field?: string
  /** Keys of the columns that a refused move could have gone to. */
  allowed?: string[]
  /** Why a file is no import (`UNREADABLE_REASONS`, `TOO_LARGE_REASONS`). */
  reason?: string
  /** The newer values that an edit or a move met (rule X1). */
  conflicts?: FieldConflict[]
  /** The number that the outbox has to go on with (`ORDER`, rule M2). */
  wanted?: number
}

/** Who wrote a field last, and when. */
export interface FieldOrigin {
  field: MatterField | ItemKey
  /** Board version that wrote the value. */
  version: number
  /** Member who wrote it. */
  by: MemberId
  at: EpochMs
}

export interface FieldConflict extends FieldOrigin {
  /** The newer value; null where the item of a list is gone. */
  value: unknown
}

/** An expected no on its way to the edge, where it becomes a `ProblemBody`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: Omit<ProblemBody, 'code' | 'message'>

  constructor(code: ProblemCode, message: string, details: Omit<ProblemBody, 'code' | 'message'> = {}) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.details = details
  }

  get status(): number {
    return PROBLEM_STATUS[this.code]
  }

  toBody(): ProblemBody {
    return { code: this.code, message: this.message, ...this.details }
  }
}

export function isProblemBody(value: unknown): value is ProblemBody {
  return typeof value === 'object' && value !== null
    && 'code' in value && typeof value.code === 'string' && value.code in PROBLEM_STATUS
}
