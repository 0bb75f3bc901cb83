import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import type { Input } from '#shared/sync/engine-types.ts'
import { assign, buildId, buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { EngineHarness } from '../../helpers/engine-harness.ts'
import { buildEdit, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = resolve(ROOT, 'shared/sync/step.ts')

/** Every file that the engine runs, with what each imports but the types. */
function importGraph(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file))
    return seen
  const names = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^'"]*?from '([^']+)'/gm)].map(([, name]) => name!)
  seen.set(file, names)
  for (const name of names) {
    const path = name.startsWith('#shared/') ? resolve(ROOT, name.slice(1)) : resolve(dirname(file), name)
    if (existsSync(path))
      importGraph(path, seen)
  }
  return seen
}

describe('[Z1] the engine', () => {
  it('imports nothing but the domain, the wire and one another', () => {
    const graph = importGraph(ENTRY)
    const packages = [...graph.values()].flat().filter(name => !/^(\.|#shared\/(kanban|protocol|realtime|sync)\/)/.test(name))
    expect([...new Set(packages)]).toEqual(['fractional-indexing'])
    expect([...graph.keys()].filter(file => /clock\.ts$/.test(file) && file.includes('realtime'))).toEqual([])
  })

  it('knows no timer, no clock, no chance and no network', () => {
    for (const file of importGraph(ENTRY).keys()) {
      const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      expect(code, file).not.toMatch(/\b(setTimeout|setInterval|Date\.now|Math\.random|fetch\(|localStorage|indexedDB|new Date\(\)|performance|document|window)\b/)
    }
  })

  /*
   * The rules of the board (`shared/kanban`, with the keys of its order) aren't counted: pages load them anyway,
   * to know what may be moved where before anybody asks.
   */
  it('is small: at most 12 KB, compressed', async () => {
    const bundle = await rolldown({
      input: ENTRY,
      external: id => id.includes('/kanban/'),
      resolve: { alias: { '#shared': resolve(ROOT, 'shared') } },
      logLevel: 'silent',
    })
    const { output } = await bundle.generate({ minify: true })
    await bundle.close()
    expect(gzipSync(output[0].code).length).toBeLessThanOrEqual(12 * 1024)
  })

  it('gives back the same state for what changes nothing, part by part', () => {
    const board = createHarness({ matters: [buildMatter()] })
    const before = board.state
    board.take({ kind: 'noteRead', id: 'none' })
    board.take({ kind: 'woken' })
    board.pull({ kind: 'unchanged' })
    for (const part of ['confirmed', 'entries', 'conflicts', 'undo', 'commentsDone', 'view'] as const)
      expect(board.state[part]).toBe(before[part])
    expect(board.wanted('changed')).toEqual([])
  })

  it('draws the view anew when the person at the screen may do other things', () => {
    const matter = buildMatter({ title: 'Base', assignments: [assign(PEOPLE.partner2)] })
    const board = createHarness({ matters: [matter] })
    board.change(buildEdit(matter, { title: 'Mine' }))
    board.take({ kind: 'identified', me: { ...PEOPLE.partner, role: 'CLERK' } })
    expect(board.title(matter)).toBe('Base')
    expect(board.wanted('changed')).toHaveLength(1)
  })
})

const matters = [1, 2, 3].map(index => buildMatter({ id: buildId(0x500 + index), rank: `a${index}` }))
const anyMatter = fc.constantFrom(...matters)
const anyTitle = fc.constantFrom('One', 'Two', 'Three')

let keys = 0

/** Something that happens at a desk. What the server says fits what was asked, and is otherwise of any kind. */
const anyDeed: fc.Arbitrary<(board: EngineHarness) => void> = fc.oneof(
  fc.tuple(anyMatter, anyTitle).map(([matter, title]) => (board: EngineHarness) => void board.change(buildEdit(matter, { title }))),
  anyMatter.map(matter => (board: EngineHarness) => void board.change(buildMove(matter, 'review'))),
  anyMatter.map(matter => (board: EngineHarness) => void board.change({ kind: 'delete', id: matter.id, args: {} })),
  anyMatter.map(matter => (board: EngineHarness) =>
    void board.change({ kind: 'comment', id: matter.id, args: { action: 'add', commentId: buildId(0x900), body: 'x' } })),
  fc.constant((board: EngineHarness) => void board.undo()),
  fc.constantFrom('ok', 'merged', 'conflict', 'gone', 'rejected').map(status => (board: EngineHarness) => {
    const { send } = board.state.link
    const [entry] = board.state.entries.filter(({ n, state }) => n !== null && state !== 'acked')
    if (send && entry) {
      const conflicts = [{ field: 'title' as const, value: 'Theirs', version: board.state.confirmed.version + 1, by: PEOPLE.partner2.id, at: NOW }]
      // Asked again, a server says what it said before.
      board.results([entry.result ?? { n: entry.n!, status: status as 'ok', version: board.state.confirmed.version + 1, ...(status === 'conflict' && { conflicts }) }])
    }
  }),
  fc.constantFrom<'network' | 'server' | 'signed-out'>('network', 'server', 'signed-out').map(kind => (board: EngineHarness) => {
    if (board.state.link.send)
      board.fail({ kind })
  }),
  fc.tuple(anyMatter, anyTitle, fc.nat(2)).map(([matter, title, ack]) => (board: EngineHarness) => {
    const { confirmed: { rows, version }, link: { acks } } = board.state
    const row = rows.get(matter.id)
    const last = Math.max(0, ...board.state.entries.map(({ n }) => n ?? 0))
    const c1 = Math.max(acks.c1 ?? 0, Math.min(last, (acks.c1 ?? 0) + ack))
    board.update({ matters: row ? [putOp(rewritten(row, version + 1, { title }))] : [], acks: { c1 } })
  }),
  anyMatter.map(matter => (board: EngineHarness) => void board.update({ deleted: [matter.id] })),
  anyMatter.map(matter => (board: EngineHarness) => void board.update({ matters: [putOp({ ...matter, version: board.state.confirmed.version + 1 })] })),
  fc.boolean().map(online => (board: EngineHarness) => void board.take({ kind: 'online', online })),
  fc.constantFrom<Input>({ kind: 'resumed' }, { kind: 'woken' }, { kind: 'sync' }).map(input => (board: EngineHarness) => void board.take(input)),
  fc.constantFrom('local', 'remote').map(type => (board: EngineHarness) => {
    const [conflict] = board.state.conflicts
    if (conflict)
      board.take({ kind: 'resolved', key: `r${++keys}`, conflictId: conflict.id, resolution: { type: type as 'remote' } })
    for (const { entry } of board.wanted('append'))
      board.number(entry.key)
  }),
  fc.integer({ min: -40_000, max: 400_000 }).map(ms => (board: EngineHarness) => {
    board.now += ms
    board.take({ kind: 'woken' })
  }),
)

describe('whatever happens', () => {
  it('[Z1] nothing that went in is changed, and the device holds what the engine holds', () => {
    fc.assert(fc.property(fc.array(anyDeed, { maxLength: 40 }), (deeds) => {
      const board = createHarness({ matters })
      for (const deed of deeds) {
        deed(board)
        const { entries, conflicts, undo, notes, confirmed, view } = board.state
        expect(new Set(board.disk.outbox.values())).toEqual(new Set(entries))
        expect(new Set(board.disk.conflicts.values())).toEqual(new Set(conflicts))
        expect(new Set(board.disk.undo.values())).toEqual(new Set(undo))
        expect(new Set(board.disk.notes.values())).toEqual(new Set(notes))
        expect(board.disk.confirmed).toEqual(confirmed)
        const numbers = entries.map(({ n }) => n!)
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
        expect(board.last.filter(({ kind }) => kind === 'changed').length).toBeLessThanOrEqual(1)
        expect(view.epoch).toBe(confirmed.epoch)
        for (const ends of Object.values(board.settled))
          expect(ends).toHaveLength(1)
        for (const { at } of board.wanted('wake'))
          expect(at === null || at > board.now).toBe(true)
      }
    }), { numRuns: 150 })
  })
})
