/** Who waits for what comes next on a board. */
export interface BoardWaiters {
  /** How many wait just now. */
  readonly count: number
  /** Ends with true when the board is woken, with false after `waitMs` or when the signal aborts. Without `waitMs` it waits for as long as that takes. */
  wait: (boardId: string, signal: AbortSignal, waitMs?: number) => Promise<boolean>
  /** Something came: lets everyone go who waits for this board. */
  wake: (boardId: string) => void
  /** Nothing will come: lets everyone go. */
  release: () => void
}

export function createBoardWaiters(): BoardWaiters {
  const boards = new Map<string, Set<(isWoken: boolean) => void>>()

  function settle(waiting: Iterable<(isWoken: boolean) => void>, isWoken: boolean): void {
    for (const end of [...waiting])
      end(isWoken)
  }

  return {
    get count() { return boards.values().reduce((sum, { size }) => sum + size, 0) },
    wait(boardId, signal, waitMs) {
      if (signal.aborted)
        return Promise.resolve(false)
      return new Promise((resolve) => {
        const waiting = boards.get(boardId) ?? new Set()
        boards.set(boardId, waiting)
        const timer = waitMs === undefined ? undefined : setTimeout(() => end(false), waitMs)
        const abort = () => end(false)
        function end(isWoken: boolean): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          waiting.delete(end)
          if (waiting.size === 0 && boards.get(boardId) === waiting)
            boards.delete(boardId)
          resolve(isWoken)
        }
        waiting.add(end)
        signal.addEventListener('abort', abort, { once: true })
      })
    },
    wake: boardId => settle(boards.get(boardId) ?? [], true),
    release: () => boards.forEach(waiting => settle(waiting, false)),
  }
}
