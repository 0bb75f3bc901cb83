import type { BoardId } from '#shared/kanban/board.ts'
import { isProblemBody } from '#shared/protocol/problems.ts'
import { Fault, toFault } from '#shared/realtime/fault.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import type { Effect, FaultNote, Input } from './engine-types.ts'

/** The engine's questions to the server. */
export type Question = Extract<Effect, { kind: 'pull' | 'send' | 'digest' }>

export interface BoardExchanges {
  /** A new question gives up the one of its kind that is under way. */
  ask: (question: Question) => void
  /** Gives up the pull under way, as if the network had. */
  dropPull: () => void
  /** Gives up everything; nothing is told any more. */
  close: () => void
}

/** Carries the engine's questions to the server, and tells it what came of them. */
export function createBoardExchanges(
  boardId: BoardId,
  transport: Pick<RealTimeTransport, 'pull' | 'send' | 'compare'>,
  tell: (input: Input) => void,
): BoardExchanges {
  const underWay = new Map<Question['kind'], { question: Question, abort: AbortController }>()

  function ask(question: Question): void {
    const abort = new AbortController()
    underWay.get(question.kind)?.abort.abort()
    underWay.set(question.kind, { question, abort })
    exchange(question, abort.signal)
      .catch((error: unknown) => failure(question, toFault(error)))
      .then((input) => {
        if (underWay.get(question.kind)?.abort !== abort)
          return
        underWay.delete(question.kind)
        tell(input)
      })
  }

  async function exchange(question: Question, signal: AbortSignal): Promise<Input> {
    switch (question.kind) {
      case 'pull': {
        const { tag, epoch, version, cid } = question
        return { kind: 'answered', tag, outcome: await transport.pull({ boardId, epoch, version, cid }, signal) }
      }
      case 'send': {
        const { tag, cid, items } = question
        return { kind: 'results', tag, cid, results: (await transport.send(boardId, cid, items, signal)).results }
      }
      case 'digest': {
        const { epoch, version, digest } = question
        return { kind: 'digested', version, same: (await transport.compare({ boardId, epoch, version, digest }, signal)).same }
      }
      default: return question satisfies never
    }
  }

  function dropPull(): void {
    const dropped = underWay.get('pull')
    if (!dropped)
      return
    underWay.delete('pull')
    dropped.abort.abort()
    tell(failure(dropped.question, new Fault('network')))
  }

  function close(): void {
    const dropped = [...underWay.values()]
    underWay.clear()
    dropped.forEach(({ abort }) => abort.abort())
  }

  return { ask, dropPull, close }
}

function failure(question: Question, fault: Fault): Input {
  switch (question.kind) {
    case 'pull': return { kind: 'pullFailed', tag: question.tag, fault: noteOf(fault) }
    case 'send': return { kind: 'sendFailed', tag: question.tag, fault: noteOf(fault) }
    case 'digest': return { kind: 'digested', version: question.version, same: null }
    default: return question satisfies never
  }
}

/** A fault as plain data, for the engine. */
function noteOf({ kind, retryAfterMs, problem }: Fault): FaultNote {
  return { kind, retryAfterMs, code: problem?.code ?? null, ...problem?.wanted !== undefined && { wanted: problem.wanted } }
}

/** And back. */
export function faultOf({ kind, retryAfterMs, code }: FaultNote): Fault {
  const problem = { code, message: '' }
  return new Fault(kind, { retryAfterMs, problem: isProblemBody(problem) ? problem : null })
}
