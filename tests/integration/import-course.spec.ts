import { describe, expect, it } from 'vitest'
import { createImportService } from '#server/services/import/import-service.ts'
import { PEOPLE } from '../helpers/builders.ts'
import { mattersOf, openBench, rowsOf, SETTINGS, TRELLO_BOARD } from '../helpers/import-bench.ts'
import { trello, trelloId, utf8 } from '../helpers/import-files.ts'

const { partner, associate, paralegal, admin } = PEOPLE

describe('taking an import back', () => {
  it('removes what it made, the board too', async () => {
    const bench = await openBench()
    const job = await bench.run(trello(TRELLO_BOARD))
    const [matter] = await mattersOf(bench, job)
    const undone = await bench.settle(await bench.imports.undo(partner, job.id))
    expect(undone).toMatchObject({ state: 'undone', left: 0, boardId: null })
    expect(await bench.repository.boards.find(job.boardId!)).toBeNull()
    expect(await bench.repository.matters.find(matter!.id)).toBeNull()
    expect((await bench.run(trello(TRELLO_BOARD))).results.created).toBe(3)
  })

  it('restores what it changed, with comments and all', async () => {
    const bench = await openBench()
    const first = await bench.run(trello(TRELLO_BOARD))
    const before = (await mattersOf(bench, first)).find(({ title }) => title === 'Card 1')!
    const comments = await bench.repository.comments.listByMatter(before.id)
    const later = {
      ...TRELLO_BOARD,
      cards: TRELLO_BOARD.cards.map(card => ({ ...card, name: `${card.name}!`, due: null })),
      actions: [{ ...TRELLO_BOARD.actions[0]!, data: { text: 'Changed', card: { id: trelloId(1) } } }, { ...TRELLO_BOARD.actions[0]!, id: 'a9' }],
    }
    const second = await bench.run(trello(later))
    expect(second.results.updated).toBe(3)
    await bench.settle(await bench.imports.undo(partner, second.id))
    const { version: _v, fieldVersions: _f, updatedAt: _a, ...restored } = (await bench.repository.matters.find(before.id))!
    const { version: _v2, fieldVersions: _f2, updatedAt: _a2, ...wanted } = before
    expect(restored).toEqual(wanted)
    expect((await bench.repository.comments.listByMatter(before.id)).map(({ id, body }) => [id, body])).toEqual(comments.map(({ id, body }) => [id, body]))
    expect((await bench.repository.activity.listByMatter(before.id, 1))).toMatchObject([{ kind: 'importUndone' }])
    expect((await bench.run(trello(TRELLO_BOARD))).results).toEqual({ created: 0, updated: 0, skipped: 3, failed: 0 })
    expect((await bench.run(trello(later))).results.updated).toBe(3)
  })

  it('leaves what someone changed since, and says so', async () => {
    const bench = await openBench()
    const job = await bench.run(trello(TRELLO_BOARD))
    const matter = (await mattersOf(bench, job)).find(({ title }) => title === 'Card 1')!
    await bench.commit(partner, { kind: 'edit', id: matter.id, args: { set: { title: 'Worked on' } } })
    const undone = await bench.settle(await bench.imports.undo(partner, job.id))
    expect(undone).toMatchObject({ state: 'undone', left: 1, boardId: job.boardId })
    expect((await mattersOf(bench, job)).map(({ title }) => title)).toEqual(['Worked on'])
    expect((await rowsOf(bench, job.id)).map(({ left }) => left)).toEqual([true, false, false])
    expect((await bench.run(trello(TRELLO_BOARD))).results).toEqual({ created: 2, updated: 0, skipped: 1, failed: 0 })
  })

  it('puts columns away that it added to another import\'s board', async () => {
    const bench = await openBench()
    const first = await bench.run(utf8('title,status\nA,One\n'), { boardName: 'Mine' })
    const second = await bench.run(utf8('title,status\nB,Two\n'), { boardName: 'Mine' })
    expect(second.boardId).toBe(first.boardId)
    await bench.settle(await bench.imports.undo(partner, second.id))
    const columns = await bench.repository.boards.columns(first.boardId!)
    expect(columns.map(({ name, archived }) => [name.en, archived])).toEqual([['One', false], ['Two', true]])
    const third = await bench.run(utf8('title,status\nC,Two\n'), { boardName: 'Mine' })
    expect((await bench.repository.boards.columns(third.boardId!)).every(({ archived }) => !archived)).toBe(true)
  })
})

describe('an import that is interrupted', () => {
  const MANY = utf8(`title,status\n${Array.from({ length: 230 }, (_, index) => `Matter ${index},Open`).join('\n')}`)

  it('goes on where it stopped and writes nothing twice', async () => {
    const bench = await openBench()
    const { job } = await bench.imports.analyse(partner, { fileName: 'many.csv', bytes: MANY })
    const stopping = bench.imports.commit(partner, job.id).then(() => bench.imports.close())
    await stopping
    const stopped = await bench.imports.find(partner, job.id)
    expect(stopped.job).toMatchObject({ state: 'running' })
    const next = createImportService({ repository: bench.repository, boards: bench.boards, firm: SETTINGS, now: () => bench.clock.now })
    await next.resume()
    await next.settled(job.id)
    const { job: done } = await next.find(partner, job.id)
    expect(done).toMatchObject({ state: 'done', results: { created: 230 }, progress: { done: 230, total: 230 } })
    expect((await mattersOf(bench, done)).map(({ title }) => title)).toEqual(Array.from({ length: 230 }, (_, index) => `Matter ${index}`))
    await next.close()
  })

  it('leaves no half row when the database fails, says so, and can be continued or taken back', async () => {
    const bench = await openBench()
    const { job } = await bench.imports.analyse(partner, { fileName: 'many.csv', bytes: MANY })
    const { commitBatch } = bench.boards
    let calls = 0
    bench.boards.commitBatch = (actor, boardId, work) => commitBatch(actor, boardId, async (batch) => {
      const result = await work(batch)
      if (++calls === 3)
        throw new Error('disk full')
      return result
    })
    const failed = await bench.settle(await bench.imports.commit(partner, job.id))
    expect(failed).toMatchObject({ state: 'failed', progress: { done: 100, total: 230 }, results: { created: 100 } })
    expect(bench.errors).toHaveLength(1)
    expect(await mattersOf(bench, failed)).toHaveLength(100)
    expect(await rowsOf(bench, job.id)).toHaveLength(100)
    const done = await bench.settle(await bench.imports.commit(partner, job.id))
    expect(done).toMatchObject({ state: 'done', results: { created: 230 } })
    const undone = await bench.settle(await bench.imports.undo(partner, job.id))
    expect(undone).toMatchObject({ state: 'undone', left: 0, boardId: null })
  })

  it('takes back the rest when the undo was interrupted', async () => {
    const bench = await openBench()
    const job = await bench.run(MANY)
    await bench.imports.undo(partner, job.id).then(() => bench.imports.close())
    const next = createImportService({ repository: bench.repository, boards: bench.boards, firm: SETTINGS, now: () => bench.clock.now })
    await next.resume()
    await next.settled(job.id)
    expect((await next.find(partner, job.id)).job).toMatchObject({ state: 'undone', left: 0 })
    expect(await bench.repository.boards.find(job.boardId!)).toBeNull()
    await next.close()
  })

  it('is forgotten when nobody confirmed it for a week', async () => {
    const bench = await openBench()
    await bench.imports.analyse(partner, { fileName: 'a.csv', bytes: MANY })
    await bench.imports.resume()
    expect((await bench.imports.list(partner)).imports).toHaveLength(1)
    bench.clock.now += 8 * 24 * 3_600_000
    await bench.imports.resume()
    expect((await bench.imports.list(partner)).imports).toHaveLength(0)
  })
})

describe('who may import', () => {
  it.each([['an associate', associate], ['a paralegal', paralegal]])('is not %s', async (_, actor) => {
    const { imports } = await openBench()
    await expect(imports.analyse(actor, { fileName: 'a.csv', bytes: utf8('title,x\na,b') })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(imports.list(actor)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('sees only imports of their own', async () => {
    const bench = await openBench()
    const job = await bench.run(utf8('title,x\na,b'))
    await expect(bench.imports.find(admin, job.id)).rejects.toMatchObject({ code: 'IMPORT_GONE' })
    expect((await bench.imports.list(admin)).imports).toEqual([])
  })

  it('lets an administrator import with the content unseen', async () => {
    const bench = await openBench()
    const bytes = utf8('title,status,responsible\nSecret lease,Secret stage,Secret person\n,x,y\n')
    const answer = await bench.imports.analyse(admin, { fileName: 'a.csv', bytes })
    expect(JSON.stringify(answer).toLowerCase()).not.toContain('secret')
    expect(answer.preview).toMatchObject({ contentVisible: false, forecast: { created: 1, failed: 1 }, failures: [{ line: 3, reason: 'TITLE_MISSING' }] })
    const responsible = answer.mapping.responsibleId
    expect([partner.id, PEOPLE.partner2.id]).toContain(responsible)
    const done = await bench.settle(await bench.imports.commit(admin, answer.job.id), admin)
    expect(done.results).toMatchObject({ created: 1, failed: 1 })
    expect(await rowsOf(bench, done.id, admin)).toMatchObject([{ line: 2, label: null, matterId: null }, { line: 3, label: null }])
    expect((await mattersOf(bench, done))[0]).toMatchObject({ title: 'Secret lease', assignments: [{ memberId: responsible, role: 'PRIMARY_LAWYER' }] })
    expect((await bench.run(bytes, { actor: admin, fileName: 'a.csv' })).results).toMatchObject({ created: 0, skipped: 1, failed: 1 })
  })

  it('waits its turn: what runs or is done is not changed or started again', async () => {
    const bench = await openBench()
    const job = await bench.run(utf8('title,x\na,b'))
    const { mapping } = await bench.imports.find(partner, job.id)
    const { commit, map, remove } = bench.imports
    for (const step of [() => commit(partner, job.id), () => map(partner, job.id, mapping), () => remove(partner, job.id)])
      await expect(step()).rejects.toMatchObject({ code: 'IMPORT_BUSY' })
    await bench.settle(await bench.imports.undo(partner, job.id))
    await bench.imports.remove(partner, job.id)
    await expect(bench.imports.find(partner, job.id)).rejects.toMatchObject({ code: 'IMPORT_GONE' })
  })
})
