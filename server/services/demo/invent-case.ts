import type { CloseOutcome, PracticeArea } from '#shared/kanban/matter.ts'
import type { Case, DueDate } from './content/case.ts'
import type { PersonKey } from './content/people.ts'
import { PEOPLE } from './content/people.ts'
import type { Phrases } from './content/phrases.ts'
import { ENGLISH, JAPANESE } from './content/phrases.ts'
import type { Random } from './random.ts'

/** How often each column of the default workflow is met: most of a firm's matters are closed. */
const COLUMNS = { 'intake': 5, 'initial-review': 7, 'in-progress': 17, 'review': 7, 'waiting-client': 9, 'ready-filing': 5, 'closed': 50 }
const PRIORITIES = { LOW: 20, MEDIUM: 55, HIGH: 20, URGENT: 5 }
/** How many comments a matter has. */
const REMARKS = { 0: 55, 1: 25, 2: 14, 3: 6 }
const CONFIDENTIALITIES = { NORMAL: 93, RESTRICTED: 5, SEALED: 2 }
const OUTCOMES: Record<Exclude<CloseOutcome, 'DECLINED'>, number> = { COMPLETED: 50, SETTLED: 25, WON: 13, LOST: 5, WITHDRAWN: 7 }

const atWork = (Object.keys(PEOPLE) as PersonKey[]).filter(key => !('active' in PEOPLE[key]))
const withRole = (...roles: string[]) => atWork.filter(key => roles.includes(PEOPLE[key].role))
const LEADS = withRole('PARTNER', 'ASSOCIATE')
const HELPERS = withRole('PARALEGAL', 'CLERK')

/** A matter of the default board as chance has it: of some area, by some client, at some stage of its way. */
export function inventCase(random: Random): Case {
  const phrases = random.chance(0.6) ? JAPANESE : ENGLISH
  const column = random.weighted(COLUMNS)
  const closed = column === 'closed'
  const area = random.pick(Object.keys(phrases.subjects) as PracticeArea[])
  const lead = random.pick(LEADS)
  // Old matters are closed ones; nothing is younger than two days, so that all of it may be closed.
  const age = random.int(column === 'intake' ? 2 : 10, closed ? 1_000 : column === 'intake' ? 12 : 240)
  const stage = column === 'intake' ? age : random.int(1, Math.min(age - 2, closed ? 900 : 45))
  const isLitigated = random.chance(0.35)
  return {
    column,
    title: random.pick(phrases.subjects[area]!).replace('*', random.pick(phrases.objects)),
    client: random.pick(phrases.clients),
    area,
    lead,
    team: [...random.sample(LEADS.filter(key => key !== lead), random.int(0, 1)), ...random.sample(HELPERS, random.int(1, 3))],
    age,
    stage,
    priority: random.weighted(PRIORITIES),
    confidentiality: random.weighted(CONFIDENTIALITIES),
    tags: random.sample(phrases.tags, random.int(0, 3)),
    tasks: random.sample(phrases.tasks, random.int(0, 5)).map(title => ({ title, done: closed || random.chance(0.5) })),
    deadlines: inventDeadlines(random, phrases, { age, stage, closed }),
    comments: random.sample(phrases.remarks, Number(random.weighted(REMARKS))).map(body =>
      ({ by: lead, ago: random.int(closed ? stage : 0, age), body })),
    ...(random.chance(0.6) && { description: random.pick(phrases.descriptions) }),
    ...(random.chance(0.7) && { opposing: random.pick(phrases.opponents) }),
    ...(isLitigated && { court: random.pick(phrases.courts) }),
    ...(isLitigated && random.chance(0.5) && { filed: random.int(stage, age) }),
    ...(column === 'waiting-client' && { waitingOn: random.pick(phrases.waiting) }),
    ...(!closed && random.chance(0.05) && { hold: { reason: random.pick(phrases.holds), since: random.int(0, stage) } }),
    ...(closed && { closed: inventClosing(random, phrases) }),
  }
}

function inventClosing(random: Random, phrases: Phrases): Case['closed'] {
  return random.chance(0.06)
    ? { outcome: 'DECLINED', reason: phrases.declined }
    : { outcome: random.weighted(OUTCOMES), reason: random.pick(phrases.closings) }
}

/** Of a closed matter all are met; of a living one some wait, and now and then one was missed. */
function inventDeadlines(random: Random, { deadlines }: Phrases, { age, stage, closed }: { age: number, stage: number, closed: boolean }): DueDate[] {
  return random.sample(deadlines, random.int(0, closed ? 2 : 3)).map((deadline): DueDate => {
    if (closed)
      return { ...deadline, inDays: -random.int(stage, age), done: true }
    if (random.chance(0.25))
      return { ...deadline, inDays: -random.int(1, age), done: true }
    const inDays = random.chance(0.08) ? -random.int(1, 10) : random.chance(0.35) ? random.int(0, 7) : random.int(8, 180)
    return { ...deadline, inDays, extendable: random.chance(0.3), ...(deadline.kind === 'HEARING' && { time: random.pick(['10:00', '11:30', '13:30', '15:00']) }) }
  })
}
