import { CLOSE } from '#shared/protocol/socket.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { Faults } from '../../helpers/fake-realtime-server.ts'
import { createFakeDoor } from '../../helpers/fake-socket-door.ts'
import type { Device } from '../world/device.ts'
import { markOf, marksIn } from '../world/marks.ts'
import type { Server } from '../world/server.ts'
import type { DoorMaker } from './door.ts'

/** The server gathers for so long before it tells (rule B2). */
const GATHER_MS = 40

/** A door that keeps rules S as the protocol's document says them, before the model server. */
export function modelDoor(server: Server): DoorMaker {
  return ({ clock, counts, isDown, way, fail }) => {
    const faults: Faults = {
      get isDown() { return isDown() },
      set isDown(_) {},
      refusesUpgrades: false, busyForSeconds: null, losesPushes: 0, wayMs: 1, socketDelayMs: 0,
    }
    let isGathering = false
    const door = createFakeDoor({
      clock, faults,
      me: id => server.member(id),
      isSignedOut: () => false,
      policy: way,
      pull: (member, position) => server.pull(member, position) as PullOutcome,
      rowsOf: member => (server.snapshot(member) as SnapshotAnswer).matters,
      say: () => null,
      tagOf: () => '0.0',
      note(member, text) {
        counts.add('frames')
        const marks = marksIn(text)
        const hidden = marks.size > 0 ? (server.hiddenFrom(member) as string[]).map(markOf).find(mark => marks.has(mark)) : undefined
        if (hidden !== undefined)
          fail('hidden on a socket', `${member.name} is told ${hidden}: ${text.slice(0, 300)}`)
      },
    })

    function end(memberId: string, bye: 'auth' | 'role', code: number): void {
      for (const line of door.sockets.filter(({ member }) => member.id === memberId)) {
        line.tell({ t: 'bye', code: bye, after: 0 })
        line.close(code)
      }
    }

    return {
      ticketFor: (device: Device) => door.ticketFor(device.member()),
      open: (device: Device) => door.open(device.member().id),
      moved() {
        if (isGathering)
          return
        isGathering = true
        clock.setTimer(() => {
          isGathering = false
          if (!isDown())
            door.push()
        }, GATHER_MS)
      },
      dropAll: door.dropAll,
      drain: () => door.endAll('drain'),
      losePush: () => void faults.losesPushes++,
      heal: () => void (faults.losesPushes = 0),
      signedOut: device => end(device.member().id, 'auth', CLOSE.TICKET),
      roleChanged: memberId => end(memberId, 'role', CLOSE.RESYNC),
      policyChanged: door.policyChanged,
      end: () => {},
    }
  }
}
