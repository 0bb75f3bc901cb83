import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { DEMO_PASSWORD } from '#shared/config/demo.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import { generateFirm } from './generate-firm.ts'
import { writeBoard } from './write-board.ts'

/** The demo firm works in Tokyo, wherever the machine stands: its courts and hearings are there. */
export const DEMO_FIRM = { name: '森・ヘイズ法律事務所 Mori & Hayes', timeZone: 'Asia/Tokyo' } as const

export interface SeedDemoOptions {
  firm: Pick<FirmSettings, 'timeZone' | 'caseNumberTemplate'>
  now: EpochMs
  hashPassword: (password: string) => Promise<string>
  /** @default 1 */
  seed?: number
}

/**
 * Fills an empty database with the demo firm's people, boards and matters. The firm's own settings are
 * the caller's to write, in the same transaction, so that a start that was cut off leaves nothing behind.
 */
export async function seedDemo(stores: Stores, { firm, now, hashPassword, seed }: SeedDemoOptions): Promise<void> {
  const { members, boards } = generateFirm({ now, timeZone: firm.timeZone, ...(seed !== undefined && { seed }) })
  // The accounts share a password that everybody knows, so they may share its hash.
  const passwordHash = await hashPassword(DEMO_PASSWORD)
  for (const member of members) {
    await stores.accounts.insertMember(member)
    await stores.accounts.setPasswordHash(member.id, passwordHash, now)
  }
  for (const [position, board] of boards.entries())
    await writeBoard(stores, firm, board, position)
}
