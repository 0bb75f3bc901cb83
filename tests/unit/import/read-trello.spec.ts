import { describe, expect, it } from 'vitest'
import { read, readCards, refusalOf, trello, trelloCard, trelloId, trelloList, utf8 } from '../../helpers/import-files.ts'

describe('a Trello export', () => {
  it('orders lists and cards by pos and then by id, whatever the order in the file', async () => {
    const file = await read(trello({
      lists: [trelloList(2, { pos: 65535.5 }), trelloList(1, { pos: 65535.5 }), trelloList(0, { pos: 1 })],
      cards: [
        trelloCard(3, { idList: trelloId(901), pos: 7 }), trelloCard(2, { pos: 2.25 }), trelloCard(4, { pos: 2.125 }), trelloCard(1, { pos: 2.25 }),
      ],
    }))
    expect(file.head.columns.map(({ name }) => name)).toEqual(['List 0', 'List 1', 'List 2'])
    expect(file.rows.map(({ item }) => item.kind === 'card' && item.title)).toEqual(['Card 4', 'Card 1', 'Card 2', 'Card 3'])
    expect(file.rows.map(({ line }) => line)).toEqual([3, 4, 2, 1])
  })

  it('needs nothing but cards', async () => {
    const cards = await readCards(utf8(JSON.stringify({ cards: [{ id: 'x', idList: 'y' }] })))
    expect(cards).toMatchObject([{ id: 'x', title: '', listUnknown: true, tags: [], tasks: [], comments: [] }])
  })

  it('gathers cards of lists that it lacks in a list of their own', async () => {
    const file = await read(trello({ lists: [trelloList(0)], cards: [trelloCard(1), trelloCard(2, { idList: 'gone' }), trelloCard(3, { idList: null })] }))
    expect(file.head.columns.map(({ key }) => key)).toEqual([trelloId(900), 'unlisted'])
    expect(file.rows.map(({ item }) => item.kind === 'card' && item.columnKey)).toEqual([trelloId(900), 'unlisted', 'unlisted'])
  })

  it('keeps lists of one name apart and tells archived lists, archived cards and limits', async () => {
    const file = await read(trello({
      lists: [trelloList(0, { name: 'Same', softLimit: 3 }), trelloList(1, { name: 'Same', closed: true, softLimit: 0 })],
      cards: [trelloCard(1, { closed: true }), trelloCard(2, { idList: trelloId(901) })],
    }))
    expect(file.head.columns).toMatchObject([{ name: 'Same', archived: false, softLimit: 3 }, { name: 'Same', archived: true, softLimit: null }])
    expect(file.rows.map(({ item }) => item.kind === 'card' && item.archived)).toEqual([true, false])
  })

  it('names labels, takes the colour of one without a name, and counts those that it lacks', async () => {
    const [card] = await readCards(trello({
      labels: [{ id: 'l1', name: 'Urgent', color: 'red' }, { id: 'l2', name: '', color: 'green' }, { id: 'l3', name: '', color: null }],
      cards: [trelloCard(1, { idLabels: ['l1', 'l2', 'l3', 'gone'] })],
    }))
    expect(card).toMatchObject({ tags: ['Urgent', 'green'], unknownLabels: 1 })
  })

  it('reads the labels of old files, which know only colours and names by colour', async () => {
    const [card] = await readCards(trello({
      labelNames: { green: 'Won', blue: '' },
      cards: [trelloCard(1, { labels: [{ color: 'green', name: '' }, { color: 'blue', name: '' }, { color: 'red', name: 'Own name' }] })],
    }))
    expect(card!.tags).toEqual(['Won', 'blue', 'Own name'])
  })

  it('takes comments from the actions of that kind only, oldest first, and never without their card', async () => {
    const action = (id: string, text: string, date: string, card = trelloId(1), type = 'commentCard') =>
      ({ id, type, date, idMemberCreator: 'm1', data: { text, card: { id: card } }, memberCreator: { fullName: 'Ben Ito' } })
    const file = await read(trello({
      actions: [
        action('a2', 'second', '2022-02-02T00:00:00Z'), action('a1', 'first', '2022-01-01T00:00:00Z'),
        action('a3', 'no comment', '2022-01-01T00:00:00Z', trelloId(1), 'updateCard'), action('a4', 'of a deleted card', '2022-01-01T00:00:00Z', 'gone'),
      ],
      cards: [trelloCard(1)],
    }))
    expect(file.rows[0]!.item).toMatchObject({ comments: [{ text: 'first', personName: 'Ben Ito' }, { text: 'second' }] })
    expect(file.head.people).toEqual([{ key: 'm1', name: 'Ben Ito', count: 0 }])
  })

  it('makes tasks of checklists in order, wherever the file keeps them', async () => {
    const items = [{ id: 'i2', name: 'B', pos: 2, state: 'complete' }, { id: 'i1', name: 'A', pos: 1, state: 'incomplete' }, { id: 'i3', name: '', pos: 3 }]
    const cards = await readCards(trello({
      checklists: [{ id: 'c2', idCard: trelloId(1), name: 'Later', pos: 9, checkItems: [{ id: 'i4', name: 'C', state: 'incomplete' }] }, { id: 'c1', idCard: trelloId(1), name: 'First', pos: 1, checkItems: items }],
      cards: [trelloCard(1, { idChecklists: ['c1', 'c2'] }), trelloCard(2, { checklists: [{ id: 'c3', name: 'Checklist', checkItems: [{ id: 'i5', name: 'D', state: 'complete', due: '2025-05-05T00:00:00Z' }] }] })],
    }))
    expect(cards[0]!.tasks).toEqual([
      { key: 'i1', title: 'First: A', done: false }, { key: 'i2', title: 'First: B', done: true }, { key: 'i4', title: 'Later: C', done: false },
    ])
    expect(cards[1]).toMatchObject({ tasks: [{ title: 'D', done: true }], dues: [{ key: 'i5', title: 'D', done: true }] })
  })

  it('reads due dates, ignores dates that are none, and finds the day of creation in the id', async () => {
    const cards = await readCards(trello({
      cards: [trelloCard(1, { due: '2025-03-04T05:06:00.000Z', dueComplete: true }), trelloCard(2, { due: 'soon', start: '0000-00-00' })],
    }))
    expect(cards[0]!.dues).toEqual([{ key: 'due', title: '', at: Date.UTC(2025, 2, 4, 5, 6), done: true }])
    expect(cards[1]).toMatchObject({ dues: [], start: null })
    expect(new Date(cards[0]!.createdAt!).toISOString().slice(0, 10)).toBe('2022-11-19')
  })

  it('brings links of attachments and values of custom fields along, but no other scheme than the web\'s', async () => {
    const [card] = await readCards(trello({
      customFields: [{ id: 'f1', name: 'Court', type: 'text' }, { id: 'f2', name: 'Stage', options: [{ id: 'o1', value: { text: 'Appeal' } }] }],
      cards: [trelloCard(1, {
        customFieldItems: [{ idCustomField: 'f1', value: { text: 'Tokyo' } }, { idCustomField: 'f2', idValue: 'o1', value: null }, { idCustomField: 'f9', value: null }],

        attachments: [{ name: 'a.pdf', url: 'https://files.test/a.pdf' }, { name: 'evil', url: 'javascript:alert(1)' }],
      })],
    }))
    expect(card!.extras).toEqual([{ name: 'Court', value: 'Tokyo' }, { name: 'Stage', value: 'Appeal' }, { name: 'a.pdf', value: 'https://files.test/a.pdf' }])
  })

  it('never holds a card\'s secret address', async () => {
    const file = await read(trello({ cards: [trelloCard(1, { email: 'secret+write@boards.trello.test' })] }))
    expect(JSON.stringify(file)).not.toContain('secret+write')
  })

  it('names members, and those that it lacks by their id', async () => {
    const file = await read(trello({ members: [{ id: 'm1', fullName: 'Aiko Mori', username: 'aiko' }], cards: [trelloCard(1, { idMembers: ['m1', 'gone'] })] }))
    expect(file.head.people).toEqual([{ key: 'm1', name: 'Aiko Mori', count: 1 }, { key: 'gone', name: 'gone', count: 1 }])
  })

  it('tells a card that is none, and goes on with the others', async () => {
    const file = await read(trello({ cards: ['nonsense', { name: 'no id', idList: 'x' }, trelloCard(1)] }))
    expect(file.rows.map(({ item }) => item.kind).sort()).toEqual(['card', 'malformed', 'malformed'])
  })

  it('drops what no database can hold', async () => {
    const [card] = await readCards(utf8('{"cards":[{"id":"x","idList":"y","name":"a\\u0000b\\ud800c"}]}'))
    expect(card!.title).toBe('ab\uFFFDc')
  })

  it.each([
    ['another tool\'s JSON', { title: 'Board', swimlanes: [] }, 'JSON_NOT_A_BOARD'],
    ['cards that are no list', { cards: { a: 1 } }, 'JSON_NOT_A_BOARD'],
    ['cards that name no list', { cards: [{ id: 'a', title: 'A', listId: 'x' }] }, 'CARDS_WITHOUT_LIST'],
  ])('is refused when it is %s', async (_, value, reason) => {
    expect(await refusalOf(utf8(JSON.stringify(value)))).toBe(`IMPORT_UNREADABLE ${reason}`)
  })

  it.each([
    ['{"id":"1","idList":"2"}\n{"id":"2","idList":"2"}\n', 'JSON_LINES'],
    ['{"cards":[{"id":"1","idList":"2"}', 'JSON_INVALID'],
    ['[{"id":"1","idList":"2"}]', 'JSON_NOT_A_BOARD'],
  ])('is refused when the text is %j', async (text, reason) => {
    expect(await refusalOf(utf8(text))).toBe(`IMPORT_UNREADABLE ${reason}`)
  })

  it('is refused beyond 20,000 cards', async () => {
    const cards = Array.from({ length: 20_001 }, (_, index) => ({ id: String(index), idList: 'l' }))
    expect(await refusalOf(trello({ cards }))).toBe('IMPORT_TOO_LARGE TOO_MANY_ROWS')
  })
})
