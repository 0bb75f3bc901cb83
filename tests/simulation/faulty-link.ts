import type { Member } from '#shared/kanban/member.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import { createTransportEvents } from '#shared/realtime/transport.ts'
import type { ModelServer } from './model-server.ts'

export interface LinkFaults {
  /** Chances, from 0 to 1, for each message. */
  loss: number
  repeat: number
  /** Longest delay of a message, in milliseconds. */
  delayMs: number
}

/** Bugs that the simulation must catch. */
export interface PlantedBugs {
  /** A retry looks like a new change. */
  newKeyPerTry?: boolean
  /** One version is skipped, and the answer made to fit. */
  skipsAVersion?: boolean
}

export interface FaultyLink {
  transport: Pick<RealTimeTransport, 'on' | 'pull' | 'send'>
  faults: LinkFaults
  readonly counts: { requests: number, lost: number, repeated: number }
}

/** A polling link to the model server that delays, drops and repeats what goes either way. */
export function createFaultyLink(server: ModelServer, member: Member, clock: Clock, faults: LinkFaults, bugs: PlantedBugs): FaultyLink {
  const { on, emit } = createTransportEvents()
  const link = { faults, counts: { requests: 0, lost: 0, repeated: 0 } }
  let tries = 0

  const chance = (likely: number) => clock.random() < likely
  const delay = () => clock.random() * link.faults.delayMs

  /** One request and its answer: either may be lost, late or double. `act` is what the server does. */
  function exchange<T>(act: () => T, signal: AbortSignal | undefined, repeatAnswer: (answer: T) => void = () => {}): Promise<T> {
    link.counts.requests++
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Fault('network')))
      const lose = () => {
        link.counts.lost++
        if (chance(0.7))
          clock.setTimer(() => reject(new Fault('network')), delay())
      }
      const attempt = () => {
        try {
          const answer = act()
          return () => {
            resolve(answer)
            if (chance(link.faults.repeat)) {
              link.counts.repeated++
              clock.setTimer(() => repeatAnswer(answer), delay() * 4)
            }
          }
        }
        catch (fault) {
          return () => reject(fault as Fault)
        }
      }
      if (chance(link.faults.loss))
        return lose()
      clock.setTimer(() => {
        const answer = attempt()
        if (chance(link.faults.loss))
          lose()
        else
          clock.setTimer(answer, delay())
      }, delay())
      if (chance(link.faults.repeat)) {
        link.counts.repeated++
        clock.setTimer(attempt, delay() * 4)
      }
    })
  }

  async function pull(position: Parameters<RealTimeTransport['pull']>[0], signal?: AbortSignal): ReturnType<RealTimeTransport['pull']> {
    const { boardId } = position
    if (position.epoch === null) {
      const answer = await exchange(() => server.snapshot(member), signal, late => emit('snapshot', boardId, structuredClone(late)))
      emit('snapshot', boardId, answer)
      return { kind: 'fresh' }
    }
    const skipped = bugs.skipsAVersion && chance(0.1) ? 1 : 0
    const answer = await exchange(() => server.updates(member, { ...position, version: Math.min(position.version + skipped, server.version) }), signal,
      late => late && 'version' in late && emit('updates', boardId, structuredClone(late)))
    if (!answer)
      return { kind: 'unchanged' }
    if ('reset' in answer)
      return { kind: 'reset', why: answer.reset }
    emit('updates', boardId, { ...answer, from: answer.from - skipped })
    return { kind: 'fresh' }
  }

  return Object.assign(link, {
    transport: {
      on,
      pull,
      send: (_: string, mutation: Parameters<RealTimeTransport['send']>[1], key: string, signal?: AbortSignal) => {
        const sentKey = bugs.newKeyPerTry ? `${key}#${tries++}` : key
        const sent = structuredClone(mutation)
        return exchange(() => server.commit(member, sent, sentKey), signal)
      },
    },
  })
}
