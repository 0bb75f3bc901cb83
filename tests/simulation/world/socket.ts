import type { Chance } from '../chance.ts'
import type { Device } from './device.ts'
import type { Position } from './server.ts'
import type { Tab, TabWorld } from './tab.ts'

const EVERY_MS = 700

/** News that come unasked, as over a socket: from where the last push ended, whether or not it arrived. */
export function pushNews(devices: readonly Device[], { schedule, network, server, counts }: TabWorld, chance: Chance): void {
  const positions = new Map<Tab, Position & { life: number }>()

  async function push(tab: Tab): Promise<void> {
    const { link } = tab.device
    const { confirmed: { epoch, version }, cid } = tab.state
    let position = positions.get(tab)
    if (position?.life !== tab.life || position.epoch !== epoch) {
      position = { epoch, version, cid, life: tab.life }
      positions.set(tab, position)
    }
    if (epoch === null || link.isOffline || link.isHalfOpen || link.isOneWay || link.isSignedOut || tab.isOutdated || schedule.now < network.downUntil)
      return
    const pulled = server.pull(link.actor(), position)
    const outcome = pulled instanceof Promise ? await pulled : pulled
    if (outcome.kind === 'reset')
      positions.delete(tab)
    if (outcome.kind !== 'updates')
      return
    position.version = outcome.answer.version
    if (chance.likely(network.profile.lostHint))
      return counts.add('lostHints')
    counts.add('pushes')
    const { life } = tab
    schedule.after(20 + chance() * network.profile.usualMs + link.slowMs, () =>
      tab.isOpen && tab.life === life ? tab.tell({ kind: 'pushed', answer: outcome.answer }) : undefined)
  }

  function beat(): Promise<void> | void {
    schedule.after(EVERY_MS, beat)
    const tabs = devices.flatMap(device => device.tabs).filter(tab => tab.isOpen)
    return server.truth
      ? tabs.forEach(tab => void push(tab))
      : tabs.reduce((last, tab) => last.then(() => push(tab)), Promise.resolve())
  }
  schedule.after(EVERY_MS, beat)
}
