import { randomBytes } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createEvent, updateSession } from 'h3'
import { v7 as uuidv7 } from 'uuid'
import { openSqlite } from '#server/db/sqlite.ts'
import { readSessionSecret } from '#server/services/session-secret.ts'

/**
 * Puts partners, who may change every matter, into a data folder that no server holds, each with an open session, and answers their cookies: signing
 * in two hundred people by their passwords would take the bench a minute.
 */
export async function addReaders(dataDir: string, count: number): Promise<{ cookies: string[], boardId: string, matterIds: string[] }> {
  const repository = await openSqlite(dataDir)
  try {
    const now = Date.now()
    const cookies: string[] = []
    for (let n = 0; n < count; n++) {
      const memberId = uuidv7()
      const sessionId = randomBytes(32).toString('base64url')
      await repository.accounts.insertMember({
        id: memberId, name: `Reader ${n}`, role: 'PARTNER', active: true, email: `reader-${n}@bench.test`, locale: null, transport: null, createdAt: now,
      })
      await repository.accounts.insertSession({ id: sessionId, memberId, createdAt: now, lastSeenAt: now, expiresAt: now + 12 * 3_600_000, revokedAt: null })
      cookies.push(await sealed(dataDir, sessionId))
    }
    const board = await repository.boards.findDefault()
    const columns = await repository.boards.columns(board!.id)
    const matters = await repository.matters.listByBoard(board!.id)
    const open = columns.filter(({ kind }) => kind === 'OPEN').map(({ id }) => id)
    const movable = matters.filter(matter => open.includes(matter.columnId) && matter.confidentiality === 'NORMAL' && !matter.archived && !matter.hold)
    return { cookies, boardId: board!.id, matterIds: movable.map(({ id }) => id) }
  }
  finally {
    await repository.close()
  }
}

/** The cookie that the server would have given. */
async function sealed(dataDir: string, sessionId: string): Promise<string> {
  const request = new IncomingMessage(new Socket())
  const event = createEvent(request, new ServerResponse(request))
  await updateSession(event, { name: 'aster-session', password: await readSessionSecret(dataDir), sessionHeader: false }, { sessionId })
  const [cookie] = [event.node.res.getHeader('set-cookie')].flat()
  return String(cookie).split(';')[0]!
}
