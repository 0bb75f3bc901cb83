import type { BoardStorage } from '#shared/sync/board-storage.ts'

/** A device that can break: while `fails` says so, a call is refused and nothing of it is done. */
export function createFailingStorage(storage: BoardStorage, fails: (call: 'open' | 'append' | 'write') => boolean): BoardStorage {
  async function attempt<Result>(call: 'open' | 'append' | 'write', run: () => Promise<Result>): Promise<Result> {
    if (fails(call))
      throw new Error(`The storage refused to ${call}`)
    return await run()
  }

  return {
    get isLasting() { return storage.isLasting },
    open: boardId => attempt('open', () => storage.open(boardId)),
    append: (boardId, entry, undo) => attempt('append', () => storage.append(boardId, entry, undo)),
    write: (boardId, write) => attempt('write', () => storage.write(boardId, write)),
  }
}
