import type { SessionMember } from '#server/services/account-service.ts'
import type { BoardSocket } from '#server/services/realtime/socket-registry.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import { BOARD_ID } from './builders.ts'
import { textOf } from './text-of.ts'

/** A reader's socket that remembers what it was sent. */
export interface ListeningSocket extends BoardSocket {
  sent: ServerFrame[]
  /** Bytes that it says haven't left. */
  unsent: number
}

let made = 0

/** A member as their session knows them. */
export function asSession(member: Member): SessionMember {
  return { ...member, email: `${member.id}@firm.example`, locale: null, transport: null }
}

/** An open socket of a member, that has been told where it stands. */
export function buildSocket(member: Member, socket: Partial<ListeningSocket> = {}): ListeningSocket {
  const sent: ServerFrame[] = []
  return {
    id: `socket-${++made}`,
    boardId: BOARD_ID,
    sessionId: `session-${member.id}`,
    member: asSession(member),
    cid: '',
    way: 'websocket',
    urgent: false,
    focus: new Set(),
    cursors: false,
    place: { epoch: 'epoch-1', version: 0, head: 0 },
    sent,
    unsent: 0,
    send: frame => sent.push(frame),
    sendEncoded: message => sent.push(JSON.parse(textOf(message)) as ServerFrame),
    unsentBytes() { return this.unsent },
    end: () => {},
    ...socket,
  }
}
