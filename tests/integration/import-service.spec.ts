import { describe, expect, it } from 'vitest'
import type { ImportMapping } from '#shared/protocol/imports.ts'
import { mattersOf, openBench, rowsOf, TRELLO_BOARD } from '../helpers/import-bench.ts'
import { BOARD_ID, buildId, PEOPLE, TIME_ZONE } from '../helpers/builders.ts'
import { trello, trelloCard, trelloId, trelloList, utf8 } from '../helpers/import-files.ts'

const { partner, associate, paralegal } = PEOPLE

describe('importing a Trello board', () => {
  it('makes a board of its own, with all that the file holds', async () => {
    const bench = await openBench()
    const job = await bench.run(trello(TRELLO_BOARD), { fileName: 'cases.json' })
    expect(job).toMatchObject({ state: 'done', boardName: 'Cases', results: { created: 3, updated: 0, skipped: 0, failed: 0 }, progress: { done: 3, total: 3 } })
    const columns = await bench.repository.boards.columns(job.boardId!)
    expect(columns).toMatchObject([
      { key: 'list-0', archived: false, allowedTargets: null, external: { source: 'trello', id: trelloId(900) } },
      { key: 'list-1', archived: true },
    ])
    const [first, second] = await mattersOf(bench, job)
    expect([first, second].map(matter => matter!.title).sort()).toEqual(['Card 1', 'Card 3'])
    const matter = (await mattersOf(bench, job)).find(({ title }) => title === 'Card 1')!
    expect(matter).toMatchObject({
      description: 'text', caseNumber: expect.stringMatching(/^2026-CV-\d{4}$/), tags: ['Lease'], commentCount: 1, archived: false,
      assignments: [{ memberId: partner.id, role: 'PRIMARY_LAWYER' }], externalRefs: [{ source: 'trello', id: trelloId(1) }],
      deadlines: [{ date: '2026-11-21', time: '00:30', timeZone: TIME_ZONE, kind: 'INTERNAL', doneAt: null }],
      tasks: [{ title: 'Sign', doneAt: bench.clock.now }, { title: 'Send', doneAt: null }],
    })
    expect(await bench.repository.comments.listByMatter(matter.id)).toMatchObject([{ body: 'Called', authorId: null, authorName: 'Ben', createdAt: Date.UTC(2026, 0, 1) }])
    expect((await mattersOf(bench, job)).find(({ title }) => title === 'Card 2')!.archived).toBe(true)
    expect(await bench.repository.activity.listByMatter(matter.id, 9)).toMatchObject([{ kind: 'imported', actorId: partner.id }])
  })

  it('changes nothing when it runs again, not even the board\'s version', async () => {
    const bench = await openBench()
    const first = await bench.run(trello(TRELLO_BOARD))
    const before = await bench.repository.boards.find(first.boardId!)
    const rows = await mattersOf(bench, first)
    const second = await bench.run(trello(TRELLO_BOARD))
    expect(second).toMatchObject({ boardId: first.boardId, results: { created: 0, updated: 0, skipped: 3, failed: 0 }, reasons: { UNCHANGED: 3 } })
    expect(await bench.repository.boards.find(first.boardId!)).toEqual(before)
    expect(await mattersOf(bench, second)).toEqual(rows)
  })

  it('takes from a later export what that changed, and leaves what people changed', async () => {
    const bench = await openBench()
    const job = await bench.run(trello(TRELLO_BOARD))
    const matter = (await mattersOf(bench, job)).find(({ title }) => title === 'Card 1')!
    await bench.commit(partner, { kind: 'edit', id: matter.id, args: { set: { title: 'Our own title' }, tags: { add: ['ours'] } } })
    await bench.commit(partner, { kind: 'comment', id: matter.id, args: { action: 'add', commentId: buildId(0x77), body: 'Ours' } })
    const later = {
      ...TRELLO_BOARD,
      lists: [trelloList(0, { name: 'Renamed' }), trelloList(1), trelloList(2)],
      cards: [{ ...TRELLO_BOARD.cards[0], desc: 'other text', idList: trelloId(902), due: null, labels: [{ id: 'l1', name: 'Rent', color: 'red' }] }, TRELLO_BOARD.cards[1]!, TRELLO_BOARD.cards[2]!],
      checklists: [{ id: 'c1', idCard: trelloId(1), name: 'Checklist', checkItems: [{ id: 'i2', name: 'Send it', state: 'complete' }, { id: 'i3', name: 'File', state: 'incomplete' }] }],
      actions: [{ ...TRELLO_BOARD.actions[0]!, data: { text: 'Called twice', card: { id: trelloId(1) } } }, { ...TRELLO_BOARD.actions[0]!, id: 'a2', date: '2026-02-01T00:00:00Z' }],
    }
    const second = await bench.run(trello(later))
    expect(second).toMatchObject({ boardId: job.boardId, results: { created: 0, updated: 1, skipped: 2, failed: 0 } })
    const columns = await bench.repository.boards.columns(job.boardId!)
    expect(columns.map(({ name, archived }) => [name.en, archived])).toEqual([['Renamed', false], ['List 1', false], ['List 2', false]])
    const after = (await bench.repository.matters.find(matter.id))!
    expect(after).toMatchObject({
      title: 'Our own title', description: 'other text', columnId: columns[2]!.id, tags: ['ours', 'Rent'], deadlines: [], commentCount: 3,
      tasks: [{ title: 'Send it', doneAt: expect.any(Number) }, { title: 'File', doneAt: null }],
    })
    const comments = await bench.repository.comments.listByMatter(matter.id)
    expect(comments.map(({ body }) => body)).toEqual(['Called twice', 'Called', 'Ours'])
  })

  it('leaves alone what was deleted here, and what is hidden from who imports', async () => {
    const bench = await openBench()
    const job = await bench.run(trello(TRELLO_BOARD))
    const matters = await mattersOf(bench, job)
    const [deleted, sealed] = ['Card 1', 'Card 2'].map(title => matters.find(matter => matter.title === title)!)
    await bench.commit(partner, { kind: 'delete', id: deleted!.id, args: {} })
    await bench.repository.matters.update({ ...sealed!, confidentiality: 'SEALED', assignments: [{ memberId: associate.id, role: 'PRIMARY_LAWYER' }] })
    const changed = { ...TRELLO_BOARD, cards: TRELLO_BOARD.cards.map(card => ({ ...card, desc: 'changed' })) }
    const second = await bench.run(trello(changed))
    expect(second.results).toEqual({ created: 0, updated: 1, skipped: 2, failed: 0 })
    const rows = await rowsOf(bench, second.id)
    expect(rows.map(({ line, reason, label }) => [line, reason, label])).toEqual([[1, 'DELETED_SINCE', 'Card 1'], [2, 'UNCHANGED', null], [3, null, 'Card 3']])
    expect((await bench.repository.matters.find(sealed!.id))!.description).toBe('')
    expect((await rowsOf(bench, job.id))[1]).toMatchObject({ label: null, matterId: null })
  })

  it('assigns those whom the person names, and keeps the names of the others', async () => {
    const bench = await openBench()
    const file = trello({
      lists: [trelloList(0)], members: [{ id: 'm1', fullName: 'X' }, { id: 'm2', fullName: 'Stranger' }, { id: 'm3', fullName: 'Y' }],
      cards: [trelloCard(1, { idMembers: ['m3', 'm1', 'm2'] })],
    })
    const job = await bench.run(file, { mapping: ({ people }) => ({ people: { ...people, m1: associate.id, m3: paralegal.id } }) })
    expect(await mattersOf(bench, job)).toMatchObject([{
      assignments: [{ memberId: paralegal.id, role: 'PARALEGAL' }, { memberId: associate.id, role: 'PRIMARY_LAWYER' }], description: '- Members: Stranger',
    }])
    expect(job.reasons).toEqual({ PERSON_UNMAPPED: 1 })
  })

  it('keeps every word of what is too long for its field', async () => {
    const bench = await openBench()
    const long = { title: `T${'i'.repeat(300)}t`, desc: `D${'e'.repeat(25_000)}d`, comment: `C${'o'.repeat(15_000)}c`, item: `I${'t'.repeat(600)}i`, tag: `G${'a'.repeat(80)}g` }
    const labels = [long.tag, ...Array.from({ length: 12 }, (_, index) => `tag ${index}`)].map((name, index) => ({ id: `l${index}`, name, color: 'red' }))
    const job = await bench.run(trello({
      lists: [trelloList(0)], labels,
      cards: [trelloCard(1, { name: long.title, desc: long.desc, idLabels: labels.map(({ id }) => id) })],
      checklists: [{ id: 'c', idCard: trelloId(1), name: 'Checklist', checkItems: Array.from({ length: 202 }, (_, index) => ({ id: `i${index}`, pos: index, name: index === 0 ? long.item : `item ${index}` })) }],
      actions: [{ id: 'a', type: 'commentCard', data: { text: long.comment, card: { id: trelloId(1) } } }],
    }))
    const [matter] = await mattersOf(bench, job)
    const comments = await bench.repository.comments.listByMatter(matter!.id)
    expect(matter).toMatchObject({ commentCount: comments.length })
    expect([matter!.title.length, matter!.tasks.length, matter!.tags.length]).toEqual([255, 200, 10])
    const everything = [matter!.description, ...comments.toSorted((a, b) => a.body.length - b.body.length).map(({ body }) => body)].join('')
    for (const word of [long.title, long.item, long.tag, 'item 201', 'tag 11'])
      expect([matter!.description, ...comments.map(({ body }) => body)].some(text => text.includes(word)), word.slice(0, 9)).toBe(true)
    expect(everything.split('e').length).toBeGreaterThan(25_000)
    expect(comments.map(({ body }) => body).join('').split('o').length).toBeGreaterThan(15_000)
    expect(Object.keys(job.reasons).sort()).toEqual(['COMMENT_SPLIT', 'DESCRIPTION_CONTINUED', 'TAGS_MOVED', 'TAG_CUT', 'TASKS_CONTINUED', 'TASK_CUT', 'TITLE_CUT'])
    expect((await bench.run(trello({ lists: [trelloList(0)], labels, cards: [], checklists: [] }))).results.created).toBe(0)
  })

  it('finds its board by its id, whatever the board is called now, and another one by the name that is asked for', async () => {
    const bench = await openBench()
    const first = await bench.run(trello(TRELLO_BOARD))
    await bench.repository.boards.rename(first.boardId!, 'Renamed')
    expect((await bench.run(trello(TRELLO_BOARD))).boardId).toBe(first.boardId)
    const other = await bench.run(trello(TRELLO_BOARD), { boardName: 'Second copy' })
    expect(other).toMatchObject({ boardName: 'Second copy', results: { created: 3 } })
    expect((await bench.run(trello(TRELLO_BOARD), { boardName: 'second copy' })).boardId).toBe(other.boardId)
  })
})

const CLIO = [
  'status,description,location,client_reference,open_date,close_date,custom_number,note,client_first_name,client_last_name,client_company_name,practice_area,responsible_attorney',
  'Open,Ito v. Mori,Tokyo District Court,PO 7,01/02/2026,,C-1,Retainer signed,Taro,Ito,,Real Property Law,Nobody Known',
  'Closed,Estate of Abe,,,03/04/2025,12/01/2025,C-2,"Two',
  'lines",,,Abe & Co.,Space law,',
  'pending,商標登録,,,,,C-3,,太郎,山田,,,',
  'Open,Bad date,,,13/13/2026,,C-4,,,,,,',
  'Open,Same number,,,,,c-1,,,,,,',
  'Open,,,,,,C-5,,,,,,',
  `Open,Long number,,,,,${'9'.repeat(65)},,,,,,`,
  'Open,Early end,,,,12/31/2026,C-6,,,,,,',
].join('\r\n')

describe('importing matters of Clio', () => {
  it('gives each row its outcome, its line and its reason', async () => {
    const bench = await openBench()
    const job = await bench.run(utf8(CLIO), { fileName: 'clio matters.csv' })
    expect(job).toMatchObject({ format: 'clio', boardName: 'clio matters', results: { created: 4, updated: 0, skipped: 0, failed: 4 } })
    expect((await rowsOf(bench, job.id)).map(({ line, result, reason }) => [line, result, reason])).toEqual([
      [2, 'created', null], [3, 'created', null], [5, 'created', null], [6, 'failed', 'DATE_INVALID'], [7, 'failed', 'DUPLICATE_IN_FILE'],
      [8, 'failed', 'TITLE_MISSING'], [9, 'failed', 'CASE_NUMBER_TOO_LONG'], [10, 'created', null],
    ])
    const columns = await bench.repository.boards.columns(job.boardId!)
    expect(columns.map(({ name, kind }) => [name.en, kind])).toEqual([['pending', 'PENDING'], ['Open', 'OPEN'], ['Closed', 'CLOSED']])
    const matters = new Map((await mattersOf(bench, job)).map(matter => [matter.caseNumber, matter]))
    expect(matters.get('C-1')).toMatchObject({
      title: 'Ito v. Mori', clientName: 'Taro Ito', courtName: 'Tokyo District Court', openedOn: '2026-01-02', closedOn: null, practiceArea: 'REAL_PROPERTY', commentCount: 1,
      description: '- client_reference: PO 7\n- responsible_attorney: Nobody Known', externalRefs: [{ source: 'clio', id: 'C-1' }], columnId: columns[1]!.id,
    })
    expect(matters.get('C-2')).toMatchObject({ clientName: 'Abe & Co.', openedOn: '2025-03-04', closedOn: '2025-12-01', practiceArea: null, description: '- practice_area: Space law', columnId: columns[2]!.id })
    expect(matters.get('C-3')).toMatchObject({ clientName: '山田 太郎', columnId: columns[0]!.id })
    expect(matters.get('C-6')).toMatchObject({ closedOn: null, description: '- close_date: 12/31/2026' })
    expect(await bench.repository.comments.listByMatter(matters.get('C-2')!.id)).toMatchObject([{ body: 'Two\nlines' }])
  })

  it('changes nothing when it runs again, and refuses numbers that other matters have', async () => {
    const bench = await openBench()
    await bench.put({ caseNumber: 'c-3' })
    const first = await bench.run(utf8(CLIO))
    expect(first).toMatchObject({ results: { created: 3, failed: 5 }, reasons: { CASE_NUMBER_TAKEN: 1 } })
    const version = (await bench.repository.boards.find(first.boardId!))!.version
    expect(await bench.run(utf8(CLIO))).toMatchObject({ boardId: first.boardId, results: { created: 0, updated: 0, skipped: 3, failed: 5 } })
    expect((await bench.repository.boards.find(first.boardId!))!.version).toBe(version)
  })

  it('goes to a board with a workflow by the kind of its columns, in spite of moves and limits', async () => {
    const bench = await openBench()
    const job = await bench.run(utf8(CLIO), { mapping: () => ({ target: { id: BOARD_ID } }) })
    expect(job).toMatchObject({ boardId: BOARD_ID, results: { created: 4 } })
    const matters = new Map((await mattersOf(bench, job)).map(matter => [matter.caseNumber, matter]))
    const keyOf = (number: string) => bench.board.columns.find(({ id }) => id === matters.get(number)!.columnId)!.key
    expect(['C-1', 'C-2', 'C-3'].map(keyOf)).toEqual(['in-progress', 'closed', 'intake'])
    expect((await bench.repository.boards.columns(BOARD_ID)).length).toBe(bench.board.columns.length)
  })
})

describe('importing any table', () => {
  const ANY = 'title,due,status\nLease,03/04/2026,Draft\nWill,05/06/2026,Done\nLease,03/04/2026,Draft\n'

  it('asks which of day and month comes first before it writes', async () => {
    const bench = await openBench()
    const { job, mapping, preview } = await bench.imports.analyse(partner, { fileName: 'a.csv', bytes: utf8(ANY) })
    expect(preview!.columns[1]!.dates).toEqual({ order: 'mdy', ambiguous: true })
    await expect(bench.imports.commit(partner, job.id)).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'dateOrders.1' } })
    const mapped = await bench.imports.map(partner, job.id, { ...mapping, dateOrders: { 1: 'dmy' } })
    expect(mapped.preview!.columns[1]!.dates).toEqual({ order: 'dmy', ambiguous: false })
    const done = await bench.settle(await bench.imports.commit(partner, job.id))
    expect(done.results.created).toBe(3)
    expect((await mattersOf(bench, done)).flatMap(({ deadlines }) => deadlines.map(({ date }) => date)).sort()).toEqual(['2026-04-03', '2026-04-03', '2026-06-05'])
  })

  it('knows rows without a number again by what they say, twins too', async () => {
    const bench = await openBench()
    const mapping = () => ({ dateOrders: { 1: 'dmy' as const } })
    expect((await bench.run(utf8(ANY), { mapping })).results.created).toBe(3)
    expect((await bench.run(utf8(ANY), { mapping })).results).toEqual({ created: 0, updated: 0, skipped: 3, failed: 0 })
    expect((await bench.run(utf8(ANY.replace('Draft', 'Done')), { mapping })).results).toEqual({ created: 0, updated: 1, skipped: 2, failed: 0 })
  })

  it.each<[string, (mapping: ImportMapping) => Partial<ImportMapping>, string]>([
    ['too few fields', () => ({ fields: [] }), 'fields'],
    ['no title', () => ({ fields: ['extra', 'extra', 'extra'] }), 'fields'],
    ['one field twice', () => ({ fields: ['title', 'status', 'status'] }), 'fields.2'],
    ['no lawyer', () => ({ responsibleId: paralegal.id }), 'responsibleId'],
    ['a board that isn\'t there', () => ({ target: { id: buildId(0x5555) } }), 'target'],
  ])('refuses a mapping with %s', async (_, change, field) => {
    const bench = await openBench()
    const { job, mapping } = await bench.imports.analyse(partner, { fileName: 'a.csv', bytes: utf8(ANY) })
    await expect(bench.imports.map(partner, job.id, { ...mapping, ...change(mapping) })).rejects.toMatchObject({ code: 'VALIDATION', details: { field } })
  })

  it('keeps a file\'s name as one line of text, whoever made it up', async () => {
    const bench = await openBench()
    const { job, mapping } = await bench.imports.analyse(partner, { fileName: '../we\0ird\r\nX: y\uD800.csv', bytes: utf8(ANY) })
    expect(job.fileName).toBe('../weird X: y\uFFFD.csv')
    expect(mapping.target).toEqual({ name: 'weird X: y\uFFFD' })
    expect((await bench.imports.analyse(partner, { fileName: `${'x'.repeat(5_000)}.csv`, bytes: utf8(ANY) })).job.fileName).toHaveLength(255)
  })

  // A pattern that begins anew at every character would take minutes for each of these.
  it.each([
    ['digits in a status', 'status', `${'1'.repeat(300_000)}x`],
    ['blanks in a title', 'title', `a${' '.repeat(300_000)}b`],
    ['blanks in a tag', 'tags', `a${' '.repeat(300_000)}b`],
  ])('takes a cell of very many %s', async (_what, header, cell) => {
    const bench = await openBench()
    const titled = header === 'title' ? `title,note\n${cell},x` : `title,${header}\nLease,${cell}`
    const { job } = await bench.imports.analyse(partner, { fileName: 'a.csv', bytes: utf8(titled) })
    expect(job).toMatchObject({ state: 'preview', progress: { total: 1 } })
  })

  it('takes a card with very many comments and labels', async () => {
    const bench = await openBench()
    const many = Array.from({ length: 60_000 }, (_, index) => index)
    const bytes = trello({
      ...TRELLO_BOARD,
      cards: [trelloCard(1, { idLabels: many.map(String), labels: many.map(id => ({ id: String(id), name: 'a' })) })],
      actions: many.map(id => ({ id: String(id), type: 'commentCard', data: { text: 'x', card: { id: trelloId(1) } } })),
    })
    const { preview } = await bench.imports.analyse(partner, { fileName: 'a.json', bytes })
    expect(preview!.counts).toMatchObject({ comments: 60_000, tags: 1 })
  })

  it('refuses a status column in which everything differs', async () => {
    const bench = await openBench()
    const bytes = utf8(`name,status\n${Array.from({ length: 61 }, (_, index) => `m${index},s${index}x`).join('\n')}`)
    await expect(bench.imports.analyse(partner, { fileName: 'a.csv', bytes })).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'fields.1' } })
    expect((await bench.imports.list(partner)).imports).toEqual([])
  })
})
