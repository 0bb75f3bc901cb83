import type { Script } from './world/script.ts'
import type { Lane } from './lanes.ts'
import type { Outcome, TraceLine } from './world/world.ts'
import { shrink } from './shrink.ts'

const LONGEST_TRACE = 120
const WIDTH = 260

/** What a failing seed has to say: what broke, with how little it still breaks, what then happens, and how to see it again. */
export async function reportFailure(seed: number, outcome: Outcome, { write, makeServer, flags }: Lane): Promise<string> {
  const [violation] = outcome.violations
  if (!violation)
    return `seed ${seed} holds`
  const least = await shrink(write(seed), violation.invariant, makeServer)
  return [
    `seed ${seed} breaks “${violation.invariant}”: ${violation.details}`,
    `replay: npm run test:sim -- ${flags}--seed ${seed}`,
    '',
    `The least that breaks it: ${least.outcome.violations[0]?.details ?? '(only the whole run does)'}`,
    describeScript(least.script),
    ...least.outcome.trace.slice(-LONGEST_TRACE).map(describeLine),
  ].join('\n')
}

function describeScript({ devices, profile, beats }: Script): string {
  const faults = Object.entries(profile).filter(([, value]) => value !== 0 && value !== false).map(([name, value]) => `${name} ${Number(value).toFixed(2)}`)
  return [
    `${devices.length} devices with ${devices.map(({ tabs }) => tabs).join(', ')} tabs; ${faults.join(', ')}`,
    ...beats.map(({ at, kind, device, tab, ms }) => `  ${seconds(at)} ${kind} of device ${device % devices.length}, tab ${tab % devices[device % devices.length]!.tabs} (${ms} ms)`),
  ].join('\n')
}

/** One line of a trace, with rows left out but for their ids. */
export function describeLine({ at, who, what, details }: TraceLine): string {
  const text = JSON.stringify(details, (name, value: unknown) => name === 'fieldVersions' || name === 'members' || name === 'columns'
    ? undefined
    : value instanceof Map ? [...value.keys()] : value) ?? ''
  return `${seconds(at)} ${who} ${what} ${text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text}`
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3).padStart(8)
}
