import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { AwayWatch } from '#shared/sync/away-report.ts'
import { beginAwayWatch, endAbsence, heardAt, joinReports, othersDid, ownEnded } from '#shared/sync/away-report.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { SettledChange } from '#shared/sync/engine-types.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import { buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'

const MINUTE_MS = 60_000
const OK: Settled = { ok: true, version: 3, merged: false }
const matter = buildMatter()
const start = () => beginAwayWatch(NOW, NOW)

function own(minute: number, settled: Settled = OK, key = `k${minute}`): SettledChange {
  return { key, matterId: matter.id, mutation: buildMove(matter, 'review'), at: NOW + minute * MINUTE_MS, settled }
}

function other(kind: RemoteChange['kind'], of: Matter = matter, by: string | null = PEOPLE.partner2.id): RemoteChange {
  return { matterId: of.id, by, kind, matter: of }
}

const end = (watch: AwayWatch, change: SettledChange, minute: number) => ownEnded(watch, change, NOW + minute * MINUTE_MS).watch
const heard = (watch: AwayWatch, minute: number) => heardAt(watch, NOW + minute * MINUTE_MS)
const did = (watch: AwayWatch, changes: RemoteChange[], minute: number) => othersDid(watch, changes, NOW + minute * MINUTE_MS)
const reportOf = (watch: AwayWatch) => endAbsence(watch).report

describe('an absence', () => {
  it('tells how own changes ended that had to wait, in the order in which they were made', () => {
    const refused: Settled = { ok: false, problem: { code: 'WIP_LIMIT', message: '', allowed: ['review'] } }
    const conflict: Settled = { ok: false, problem: { code: 'CONFLICT', message: '' }, conflictId: 'c.4' }
    const gone: Settled = { ok: false, problem: { code: 'MATTER_GONE', message: '' } }
    let watch = start()
    for (const change of [own(3, refused), own(2), own(4, conflict), own(5, gone), own(6, { ...OK, merged: true })])
      watch = end(watch, change, 40)
    const report = reportOf(heard(watch, 40))!
    expect(report.mine.map(({ key, end }) => [key, end])).toEqual([['k2', 'in'], ['k3', 'refused'], ['k4', 'conflict'], ['k5', 'gone'], ['k6', 'merged']])
    expect(report.mine[1]!.problem).toMatchObject({ code: 'WIP_LIMIT', allowed: ['review'] })
    expect(report.mine[2]!.conflictId).toBe('c.4')
    expect([report.since, report.until]).toEqual([NOW, NOW + 40 * MINUTE_MS])
  })

  it('is over once the server has spoken, and not before', () => {
    const watch = end(start(), own(1), 40)
    expect(reportOf(watch)).toBeNull()
    const ended = endAbsence(heard(watch, 40))
    expect(ended.report?.mine).toHaveLength(1)
    expect(endAbsence(ended.watch).report).toBeNull()
  })

  it('leaves to the moment what ends in the moment', () => {
    const late = ownEnded(start(), own(0, { ok: false, problem: { code: 'WIP_LIMIT', message: '' } }), NOW + 14_000)
    expect(late.isLate).toBe(false)
    expect(reportOf(heard(late.watch, 1))).toBeNull()
  })

  it('tells of a refusal that an earlier page can no longer tell, however short it waited', () => {
    const refused = ownEnded(start(), own(-0.1, { ok: false, problem: { code: 'WIP_LIMIT', message: '' } }), NOW + 1_000)
    expect(refused.isLate).toBe(true)
    expect(ownEnded(start(), own(-0.1), NOW + 1_000).isLate).toBe(false)
    expect(reportOf(heardAt(refused.watch, NOW + 2_000))).toMatchObject({ since: NOW - 6_000, mine: [{ end: 'refused' }] })
  })

  it('leaves out what an earlier page sent a moment ago, unless there is something else to tell', () => {
    const quiet = ownEnded(start(), own(-0.1, OK, 'quiet'), NOW + 1_000).watch
    expect(reportOf(heardAt(quiet, NOW + 2_000))).toBeNull()
    const refused = ownEnded(quiet, own(-0.05, { ok: false, problem: { code: 'WIP_LIMIT', message: '' } }, 'refused'), NOW + 1_000).watch
    expect(reportOf(heardAt(refused, NOW + 2_000))?.mine.map(({ key, end }) => [key, end])).toEqual([['quiet', 'in'], ['refused', 'refused']])
  })

  it('begins with the first change where a page came with newer rows', () => {
    const watch = end(beginAwayWatch(NOW, null), own(-30), 0)
    expect(reportOf(heard(watch, 0))).toMatchObject({ since: NOW - 30 * MINUTE_MS, until: NOW })
  })
})

describe('what others did', () => {
  it('is told after five minutes, by matter', () => {
    const [second, third] = [buildMatter(), buildMatter({ columnId: 'review' })]
    const watch = did(did(start(), [other('edited'), other('created', second), other('moved', third)], 5), [other('moved', matter, PEOPLE.associate.id), other('edited', second)], 5)
    expect(reportOf(heard(watch, 5))!.others).toEqual([
      { matterId: matter.id, kinds: ['moved', 'edited'], by: [PEOPLE.partner2.id, PEOPLE.associate.id], last: { caseNumber: matter.caseNumber, columnId: 'in-progress' } },
      { matterId: second.id, kinds: ['created'], by: [PEOPLE.partner2.id], last: { caseNumber: second.caseNumber, columnId: 'in-progress' } },
      { matterId: third.id, kinds: ['moved'], by: [PEOPLE.partner2.id], last: { caseNumber: third.caseNumber, columnId: 'review' } },
    ])
  })

  it('is no news of a matter that came and went, and only the end of one that went', () => {
    const brief = buildMatter()
    const watch = did(start(), [other('created', brief), other('edited'), other('deleted', brief, null), { ...other('deleted', matter, null), matter: null }], 9)
    expect(reportOf(heard(watch, 9))!.others).toEqual([{ matterId: matter.id, kinds: ['deleted'], by: [PEOPLE.partner2.id], last: null }])
  })

  it('says nothing after a short absence, unless own changes waited', () => {
    const short = did(start(), [other('edited')], 3)
    expect(reportOf(heard(short, 3))).toBeNull()
    expect(reportOf(heard(end(short, own(1), 3), 3))!.others).toHaveLength(1)
  })

  it('says nothing while the server is heard of', () => {
    const watch = did(heard(start(), 0.5), [other('edited')], 1)
    expect(watch.absence).toBeNull()
    expect(reportOf(heard(watch, 1))).toBeNull()
    expect(did(beginAwayWatch(NOW, null), [other('edited')], 60).absence).toBeNull()
  })

  it('of an hour without news is nothing to tell', () => {
    expect(reportOf(heard(start(), 60))).toBeNull()
  })
})

describe('two absences', () => {
  it('become one report as long as the first wasn\'t dismissed', () => {
    const first = reportOf(heard(did(end(start(), own(1), 10), [other('created')], 10), 10))!
    const next = reportOf(heard(did(end(heard(start(), 11), own(12), 30), [other('moved'), other('edited', buildMatter())], 30), 30))!
    const joined = joinReports(first, next)
    expect(joined).toMatchObject({ since: NOW, until: NOW + 30 * MINUTE_MS })
    expect(joined.mine.map(({ key }) => key)).toEqual(['k1', 'k12'])
    expect(joined.others.map(({ kinds }) => kinds)).toEqual([['created'], ['edited']])
    expect(joinReports(null, next)).toBe(next)
  })

  it('forget a matter that came in the first and went in the second', () => {
    const first = reportOf(heard(did(start(), [other('created')], 10), 10))!
    const next = reportOf(heard(did(heard(start(), 11), [other('deleted', matter, null)], 30), 30))!
    expect(joinReports(first, next).others).toEqual([])
  })
})
