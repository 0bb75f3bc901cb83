import type { Device } from '../world/device.ts'
import type { Tab, TabWorld } from '../world/tab.ts'
import { differenceOf } from './compare.ts'

/** What happens now is in every view that somebody looks at so soon: a round of polls, and the way to another tab. */
const NEWS_MS = 12_000
/** And though one push got lost behind the server's back: with its next ping (rule S3). */
const LOST_NEWS_MS = 27_000
/** What a slow reader was sent counts as unsent for so long. */
const SLOW_MS = 6_000

function tell({ name, way, isOpen, isFrozen }: Tab): string {
  if (!isOpen || isFrozen || !way)
    return `${name} (away)`
  const { transport: { role, kind, connection, delivers }, isVisible, pausedBy } = way
  return `${name} (${isVisible ? 'shown' : 'hidden'} ${role}, ${kind}, ${connection.state}, delivers ${delivers}, paused by ${pausedBy.join() || 'nothing'})`
}

/** Where all is well, whoever looks sees what others do (rules T3, L1). */
export async function checkLive(
  devices: readonly Device[], { schedule, server, checker, ways }: TabWorld, change: () => unknown, goesOn: () => boolean,
): Promise<void> {
  await compare()
  await change()
  await schedule.runUntil(schedule.now + NEWS_MS, goesOn)
  if (goesOn())
    await compare()
  ways!.door.losePush()
  await change()
  await schedule.runUntil(schedule.now + LOST_NEWS_MS, goesOn)
  ways!.door.heal()
  if (goesOn())
    await compare()
  await beSlow()
  await schedule.runUntil(schedule.now + LOST_NEWS_MS, goesOn)
  if (goesOn())
    await compare()

  /** Readers who take nothing for two seconds, in which more happens than they can be sent. */
  async function beSlow(): Promise<void> {
    for (const { link } of devices)
      link.slowMs = SLOW_MS
    for (let count = 0; count < 3; count++) {
      await change()
      await schedule.runUntil(schedule.now + 700, goesOn)
    }
    for (const { link } of devices)
      link.slowMs = 0
  }

  async function compare(): Promise<void> {
    for (const device of devices) {
      const { matters } = await server.snapshot(device.member())
      const truth = new Map(matters.map(matter => [matter.id, matter]))
      for (const { name, way, state, isOpen, isFrozen } of device.tabs) {
        if (!isOpen || isFrozen || !way?.isVisible)
          continue
        const difference = differenceOf(state.confirmed.rows, truth)
        if (difference)
          checker.fail('current when looked at', `${device.tabs.map(tell).join(', ')}; ${name}: ${difference}`)
      }
    }
  }
}
