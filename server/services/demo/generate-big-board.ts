import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { DEFAULT_WORKFLOW } from '#shared/kanban/workflow.ts'
import type { PersonKey } from './content/people.ts'
import type { GeneratedBoard } from './generate-firm.ts'
import { generateBoard } from './generate-firm.ts'
import { inventCase } from './invent-case.ts'
import { createRandom, seedFor } from './random.ts'

export interface GenerateBigBoardOptions {
  name: string
  count: number
  seed: number
  now: EpochMs
  /** The firm's zone. */
  timeZone: string
  memberIds: Readonly<Record<PersonKey, MemberId>>
}

/**
 * A board with as many matters as one likes, half of them closed; the same for the same options. The
 * stories come from the seed alone, ids and times from the board's name too.
 */
export function generateBigBoard({ count, seed, ...options }: GenerateBigBoardOptions): GeneratedBoard {
  const chance = createRandom(seed)
  const cases = Array.from({ length: count }, () => inventCase(chance))
  const random = createRandom(seedFor(seed, options.name))
  return generateBoard({ ...options, random, cases, template: DEFAULT_WORKFLOW, isDefault: false, limits: {} })
}
