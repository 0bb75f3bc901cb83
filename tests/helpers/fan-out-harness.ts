import { expect, onTestFinished } from 'vitest'
import type { SessionMember } from '#server/services/account-service.ts'
import { createFanOut } from '#server/services/realtime/fan-out.ts'
import type { FanOut } from '#server/services/realtime/ports.ts'
import type { BoardSocket } from '#server/services/realtime/socket-registry.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import { receiveSnapshot, receiveUpdates, UNREAD_BOARD } from '#shared/sync/board-replica.ts'
import { BOARD_ID } from './builders.ts'
import type { TestFirm } from './test-firm.ts'
import { textOf } from './text-of.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock, settle } from './virtual-clock.ts'

/** A frame of one kind. */
export type FrameOf<Kind extends ServerFrame['t']> = Extract<ServerFrame, { t: Kind }>

export interface TestSocketOptions {
  cid?: string
  urgent?: boolean
  /** What its reader has; absent, what a full read gives now. */
  board?: ConfirmedBoard
}

/** A fan-out on a test's firm, with time that only the test moves on. */
export interface FanOutHarness {
  fanOut: FanOut
  clock: VirtualClock
  /** Lines of the log. */
  log: string[]
  /** Joins a reader, who has taken a full read before. */
  open: (member: Member, options?: TestSocketOptions) => Promise<TestSocket>
  /** Ends when what is being read was read and told; time stands still. */
  calm: () => Promise<void>
  /** Ends when every pull that is due was made. */
  rest: () => Promise<void>
  /** What a full read gives to a reader now. */
  read: (member: Member) => Promise<ConfirmedBoard>
  /** How many consistent reads were begun. */
  readonly reads: number
}

let opened = 0

/** A socket without a network, and the browser behind it: it takes in what it is sent, and checks it. */
export class TestSocket implements BoardSocket {
  readonly id = `socket-${++opened}`
  readonly boardId = BOARD_ID
  readonly sessionId = `session-${opened}`
  readonly member: SessionMember
  readonly way = 'websocket'
  cid: string
  readonly urgent: boolean
  focus: BoardSocket['focus'] = new Set()
  cursors = false
  place: BoardSocket['place'] = null
  /** Everything that it was sent. */
  frames: ServerFrame[] = []
  /** Those that came encoded. */
  buffers: Buffer[] = []
  unsent = 0
  ended: { code: number, bye: FrameOf<'bye'> | undefined } | null = null
  board: ConfirmedBoard
  /** It was told something that isn't news to what it has, and has to say again where it is. */
  isAstray = false
  #fanOut: FanOut
  #refs = 0

  constructor(fanOut: FanOut, member: Member, board: ConfirmedBoard, { cid = `cid-of-${opened}`, urgent = false }: TestSocketOptions) {
    this.#fanOut = fanOut
    this.member = { ...member, email: '', locale: null, transport: null }
    this.board = board
    this.cid = cid
    this.urgent = urgent
  }

  send(frame: ServerFrame): void {
    expect(this.ended, 'nothing is sent after the end').toBeNull()
    this.frames.push(frame)
    if (frame.t === 'd')
      this.#take(frame)
  }

  sendEncoded(buffer: Buffer): void {
    this.buffers.push(buffer)
    this.send(JSON.parse(textOf(buffer)) as ServerFrame)
  }

  unsentBytes(): number {
    return this.unsent
  }

  end(code: number, bye?: FrameOf<'bye'>): void {
    this.ended = { code, bye }
    this.#fanOut.leave(this)
  }

  /** All frames of a kind. */
  of<Kind extends ServerFrame['t']>(kind: Kind): FrameOf<Kind>[] {
    return this.frames.filter((frame): frame is FrameOf<Kind> => frame.t === kind)
  }

  get news(): FrameOf<'d'>[] {
    return this.of('d')
  }

  /** Says where it stands. */
  async sync(): Promise<void> {
    this.isAstray = false
    await this.#fanOut.sync(this, { t: 'sync', ref: ++this.#refs, epoch: this.board.epoch!, version: this.board.version, cid: this.cid })
  }

  /** Takes news in, each exactly on the one before, and sees that they name nothing that is hidden. */
  #take(frame: FrameOf<'d'>): void {
    const had = new Set(this.board.rows.keys())
    const outcome = receiveUpdates(this.board, frame)
    // An answer to where it was when it asked comes too late for one that was told more meanwhile (rules C2, C3).
    if (frame.ref !== undefined && outcome.kind !== 'applied') {
      expect(['known', 'gap']).toContain(outcome.kind)
      this.isAstray = outcome.kind === 'gap'
      return
    }
    expect(outcome.kind, `${this.member.role} at ${this.board.version} takes ${frame.from} to ${frame.version}`).toBe('applied')
    expect(frame.matters.map(({ op, id }) => `${op} ${id}`)).toEqual(frame.matters.map(({ id }) => `${had.has(id) ? 'set' : 'put'} ${id}`))
    expect(frame.deleted.filter(id => !had.has(id))).toEqual([])
    this.board = (outcome as Extract<typeof outcome, { kind: 'applied' }>).board
  }
}

export function startFanOut(firm: TestFirm): FanOutHarness {
  const clock = createVirtualClock()
  const log: string[] = []
  let reads = 0
  let pending = 0
  const { consistentRead } = firm.repository
  firm.repository.consistentRead = async (work) => {
    reads++
    pending++
    try {
      return await consistentRead(work)
    }
    finally {
      pending--
    }
  }
  const fanOut = createFanOut({ repository: firm.repository, hub: firm.hub, reader: firm.reader, clock, now: clock.now, log: line => log.push(line) })
  onTestFinished(() => {
    fanOut.close()
    expect(clock.timers).toBe(0)
  })

  async function calm(): Promise<void> {
    do
      await settle()
    while (pending > 0)
  }

  async function read(member: Member): Promise<ConfirmedBoard> {
    return receiveSnapshot(UNREAD_BOARD, await firm.reader.snapshot(member, BOARD_ID)).board
  }

  return {
    fanOut,
    clock,
    log,
    read,
    calm,
    get reads() { return reads },
    async open(member, options = {}) {
      const socket = new TestSocket(fanOut, member, options.board ?? await read(member), options)
      const { epoch, version } = socket.board
      await fanOut.join(socket, { t: 'hello', protocol: 2, board: BOARD_ID, epoch: epoch!, version, cid: socket.cid, ticket: '', urgent: socket.urgent })
      return socket
    },
    async rest() {
      // A pull, one for what came meanwhile, and those that a socket needs for itself.
      for (let round = 0; round < 4; round++) {
        await calm()
        await clock.advance(40)
      }
      await calm()
    },
  }
}
