import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBoardEvents } from '#server/services/realtime/board-events.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { assign, BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import { createFakeChoices } from '../../helpers/fake-choices.ts'
import type { ListeningSocket } from '../../helpers/listening-socket.ts'
import { asSession, buildSocket } from '../../helpers/listening-socket.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { watchReads } from '../../helpers/watch-reads.ts'

const { partner, associate, paralegal, clerk, client, admin } = PEOPLE
const SPEAKERS = [partner, associate, paralegal, clerk]
const READERS = [...SPEAKERS, client, admin]

const who = fc.constantFrom(...SPEAKERS)
const matter = fc.constantFrom(0, 1, null)
const tab = fc.constantFrom('t1', 't2')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), who, tab, matter, action: fc.constantFrom('viewing' as const, 'editing' as const, 'gone' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('point' as const), who, matter }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wall' as const), matter: fc.constantFrom(0, 1), isUp: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hide' as const), who, isHidden: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const), isOn: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 20_000, 61_000) }) },
)

it('[A1] [A2] [A3] [W3] whoever looks and points wherever, hides and is walled off: nobody is told of a place or a person that isn\'t for them', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
    const firm = await openTestFirm()
    const clock = createVirtualClock()
    const sockets = createSocketRegistry()
    const choices = createFakeChoices()
    const { repository, settled } = watchReads(firm.repository)
    const headOf = (id: string) => String(firm.hub.heads().get(id)?.version ?? '') || null
    const events = createBoardEvents({ repository, sockets, bus: createFakeBusMedium().join(), clock, choices, headOf })
    const inside = [associate, paralegal].map(member => [assign(partner), assign(member, 'SECONDARY_LAWYER')])
    const matters = [await firm.put({ assignments: inside[0] }), await firm.put({ assignments: inside[1], confidentiality: 'SEALED' })].map(({ id }) => id)
    const open = new Map<Member, ListeningSocket>(READERS.map(member => [member, buildSocket(member, { cursors: true })]))
    open.forEach(socket => sockets.add(socket))
    const hidden = new Set<string>()
    let isOn = true
    const idOf = (index: 0 | 1 | null): MatterId | null => index === null ? null : matters[index]!

    async function deliver(ms: number): Promise<void> {
      await clock.advance(ms)
      await settled()
    }

    async function act(next: typeof steps[number]): Promise<void> {
      switch (next.do) {
        case 'look': return await events.say(asSession(next.who), BOARD_ID, 'member:activity', { tab: next.tab, matterId: idOf(next.matter), action: next.action })
        case 'point': {
          const at = { columnId: buildId(0xC1), matterId: idOf(next.matter), x: 0, y: 0 }
          return await events.say(asSession(next.who), BOARD_ID, 'cursor', { at }, open.get(next.who)!.id)
        }
        case 'wall':
          return void await firm.commit(partner, { kind: 'edit', id: matters[next.matter]!, args: { set: { confidentiality: next.isUp ? 'SEALED' : 'NORMAL' } } })
        case 'hide':
          hidden[next.isHidden ? 'add' : 'delete'](next.who.id)
          return choices[next.isHidden ? 'hide' : 'show'](next.who)
        case 'turn':
          isOn = next.isOn
          return choices.turn(next.isOn)
        case 'wait': return await deliver(next.ms)
      }
    }

    for (const next of steps) {
      // What was said before is heard by the walls and choices of before.
      await deliver(50)
      open.forEach(socket => socket.sent.splice(0))
      await act(next).catch(() => {})
      await deliver(50)
      const access = new Map((await firm.repository.matters.accessOf(matters)).map(row => [row.id, row]))
      const secret = (member: Member) => matters.filter(id => !canSee(member, access.get(id)!))
      for (const [member, { sent }] of open) {
        const words = sent.flatMap(frame => frame.t === 'said' ? frame.events : [])
        expect(secret(member).filter(id => JSON.stringify(words).includes(id))).toEqual([])
        const named = words.filter(({ topic, data }) => topic === 'cursor' ? data.at !== null : topic !== 'member:left')
        expect(named.filter(({ from }) => !isOn || hidden.has(from) || from === member.id)).toEqual([])
        if (member === client) {
          expect(words).toEqual([])
          continue
        }
        const answer = await events.present(member, BOARD_ID)
        expect(answer.enabled).toBe(isOn)
        const seen = SPEAKERS.filter(({ id }) => isOn && !hidden.has(id) && id !== member.id)
        expect(answer.members.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort())
        expect(answer.members.flatMap(({ places }) => places).filter(({ matterId }) => matterId === null || secret(member).includes(matterId))).toEqual([])
      }
    }
    events.close()
  }), { numRuns: 40 })
})
