import type { Server } from '../world/server.ts'

/** A server that says when its board may have moved on. */
export function watchServer(server: Server, moved: () => void): Server {
  function told<T>(answer: T | Promise<T>): T | Promise<T> {
    if (answer instanceof Promise)
      return answer.finally(moved)
    moved()
    return answer
  }
  return {
    ...server,
    send: (actor, cid, items) => told(server.send(actor, cid, items)),
    commit: (actor, mutation) => told(server.commit(actor, mutation)),
    setRole: (id, role) => told(server.setRole(id, role)),
    renameColumn: (id, name) => told(server.renameColumn(id, name)),
    restore: () => told(server.restore()),
    restart: () => told(server.restart()),
  }
}
