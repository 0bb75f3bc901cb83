import type { LinkFigures } from './link-meter.ts'

/** Who measured, and on what. */
export interface SupportFacts {
  version: string
  takenAt: string
  browser: string
  /** Of the window, in pixels. */
  viewport: string
  transport: string
  way: string
  role: string
  state: string
  network: string
  subscriptions: number
  queue: number
  memoryMb: number | null
}

/** The figures as plain text for who helps: no matter, no name, no address of anybody is in it. It is the same in every language. */
export function supportText(facts: SupportFacts, figures: LinkFigures): string {
  const { roundTrip, updateLatency } = figures
  const lines: [string, string | number | null][] = [
    ['Aster Board', facts.version],
    ['Taken at', facts.takenAt],
    ['Browser', facts.browser],
    ['Window', facts.viewport],
    ['State', facts.state],
    ['Transport', facts.transport],
    ['Way', facts.way],
    ['Tab', facts.role],
    ['Network', facts.network],
    ['Span', `${Math.round(figures.spanMs / 1_000)} s`],
    ['Round trip p50 / p95', `${ms(roundTrip.p50)} / ${ms(roundTrip.p95)} (${roundTrip.count})`],
    ['Update latency p50 / p95', `${ms(updateLatency.p50)} / ${ms(updateLatency.p95)} (${updateLatency.count})`],
    ['Updates', `${figures.updatesPerSecond.toFixed(2)}/s`],
    ['Bytes in / out', `${Math.round(figures.bytesInPerSecond)}/s / ${Math.round(figures.bytesOutPerSecond)}/s`],
    ['Polls', `${figures.polls} (news ${share(figures.pollHitRate)}, 304 ${share(figures.pollUnchangedRate)})`],
    ['Uptime', share(figures.uptime)],
    ['Reconnections', figures.reconnects],
    ['Changes that wait', facts.queue],
    ['Subscriptions', facts.subscriptions],
    ['Memory', facts.memoryMb === null ? null : `${facts.memoryMb} MB`],
  ]
  return lines.map(([name, value]) => `${name}: ${value ?? '-'}`).join('\n')
}

const ms = (value: number | null) => value === null ? '-' : `${Math.round(value)} ms`
const share = (value: number | null) => value === null ? '-' : `${(value * 100).toFixed(1)} %`
