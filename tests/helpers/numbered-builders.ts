import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { NumberedMutation } from '#shared/protocol/messages.ts'
import { BOARD_ID, buildId } from './builders.ts'
import type { TestFirm } from './test-firm.ts'

/** Two outboxes. */
export const [CID, OTHER_CID] = [buildId(0xC1), buildId(0xC2)]

/** A mutation under its number. */
export const numbered = (n: number, mutation: Mutation): NumberedMutation => ({ n, ...mutation })

/** An edit under its number, made on `base`. */
export const edit = (n: number, id: string, args: EditArgs, base?: Record<string, number>): NumberedMutation => ({ n, kind: 'edit', id, args, base })

/** A new title under its number, made on `base`. */
export const retitle = (n: number, id: string, title: string, base?: Record<string, number>): NumberedMutation => edit(n, id, { set: { title } }, base)

/** All that a mutation could leave behind but for its result. */
export async function traces({ repository }: TestFirm) {
  return {
    board: await repository.boards.find(BOARD_ID),
    log: await repository.log.changesAfter(BOARD_ID, 0),
    matters: await repository.matters.listByBoard(BOARD_ID),
  }
}
