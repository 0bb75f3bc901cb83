import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { legacy, read, readCells, refusalOf, utf16, utf8 } from '../../helpers/import-files.ts'

describe('a table', () => {
  it.each([[',', 'comma'], [';', 'semicolon'], ['\t', 'tab'], ['|', 'pipe']])('is told apart by %j', async (delimiter) => {
    const rows = [['title', 'note', 'n'], ['Lease, draft; two', 'a|b', '1'], ['Will', 'c\td', '2']]
    const quote = (cell: string) => /[,;|\t]/.test(cell) ? `"${cell}"` : cell
    const file = await read(utf8(rows.map(row => row.map(quote).join(delimiter)).join('\n')))
    expect(file.head).toMatchObject({ delimiter, headers: ['title', 'note', 'n'] })
    expect(file.rows.map(({ item }) => item.kind === 'cells' && item.cells)).toEqual(rows.slice(1))
  })

  it.each([
    ['UTF-8', utf8, 'utf-8'],
    ['UTF-8 with its mark', (text: string) => utf8(`\uFEFF${text}`), 'utf-8'],
    ['UTF-16', (text: string) => utf16(text), 'utf-16le'],
    ['UTF-16 the other way round', (text: string) => utf16(text, { bigEndian: true }), 'utf-16be'],
    ['UTF-16 without its mark', (text: string) => utf16(text, { bom: false }), 'utf-16le'],
    ['UTF-16 the other way round without its mark', (text: string) => utf16(text, { bom: false, bigEndian: true }), 'utf-16be'],
    ['Shift_JIS', (text: string) => legacy(text, 'shift_jis'), 'shift_jis'],
    ['EUC-JP', (text: string) => legacy(text, 'euc-jp'), 'euc-jp'],
  ])('in Japanese is read from %s', async (_, encode, encoding) => {
    const text = '件名,依頼者,備考\r\n損害賠償請求事件,山田太郎,初回相談済み\r\n商標登録,株式会社きつね,カタカナも\r\n'
    const file = await read(encode(text))
    expect(file.head).toMatchObject({ encoding, headers: ['件名', '依頼者', '備考'] })
    expect(file.rows[0]!.item).toEqual({ kind: 'cells', cells: ['損害賠償請求事件', '山田太郎', '初回相談済み'] })
  })

  it.each(['Señal,Müller', 'Pérez,"1 €"', 'naïve,Þórr', 'café,x'])('in Western letters is read from Windows-1252: %s', async (row) => {
    const file = await read(legacy(`title,client\n${row}\n`, 'windows-1252'))
    expect(file.head.encoding).toBe('windows-1252')
    expect(file.rows[0]!.item).toEqual({ kind: 'cells', cells: row.split(',').map(cell => cell.replaceAll('"', '')) })
  })

  it('is read in the encoding that the person names', async () => {
    const file = await read(legacy('title\nÆ', 'windows-1252'), { encoding: 'windows-1252' })
    expect(file.rows[0]!.item).toEqual({ kind: 'cells', cells: ['Æ'] })
    await expect(read(utf8('title,x\nä,1'), { encoding: 'utf-16le' })).rejects.toMatchObject({ details: { reason: expect.any(String) } })
  })

  it('keeps cells with line breaks whole and counts the lines of the file', async () => {
    const file = await read(utf8('title,note\r\n"A","one\r\ntwo"\r\nB,\r\n\r\n"C\n\nC",x\r\nD,y\r\n'))
    expect(file.rows).toEqual([
      { line: 2, item: { kind: 'cells', cells: ['A', 'one\ntwo'] } },
      { line: 4, item: { kind: 'cells', cells: ['B', ''] } },
      { line: 6, item: { kind: 'cells', cells: ['C\n\nC', 'x'] } },
      { line: 9, item: { kind: 'cells', cells: ['D', 'y'] } },
    ])
  })

  it('leaves out lines before the header', async () => {
    const file = await read(utf8('Matter report\nPrinted 2025-01-01\n\ntitle,client,status\nLease,Ito,Open\nWill,Mori,Closed\n'))
    expect(file.head).toMatchObject({ headers: ['title', 'client', 'status'], preambleLines: 3 })
    expect(file.rows.map(({ line }) => line)).toEqual([5, 6])
  })

  it('fills short rows and names cells beyond the header', async () => {
    const file = await read(utf8('title,client,status\nLease\nWill,Mori\nDeed,Ito,Open,extra\n'))
    expect(file.head.headers).toEqual(['title', 'client', 'status', 'Column 4'])
    expect(file.rows.map(({ item }) => item.kind === 'cells' && item.cells)).toEqual([
      ['Lease', '', '', ''], ['Will', 'Mori', '', ''], ['Deed', 'Ito', 'Open', 'extra'],
    ])
  })

  it('tells repeated and blank headers apart and drops columns that are empty throughout', async () => {
    const file = await read(utf8('note,Note,,note,,\na,b,c,d,,\n'))
    expect(file.head.headers).toEqual(['note', 'Note (2)', 'Column 3', 'note (3)'])
  })

  it.each(['NULL', 'null', '(null)', '<null>', '\\N'])('takes %s for nothing', async (nothing) => {
    expect(await readCells(utf8(`title,x\nA,${nothing}\nB,1\n`))).toEqual([['A', ''], ['B', '1']])
  })

  it('takes formulas and markup for what they are: text', async () => {
    expect(await readCells(utf8('title,x\n=1+1,<b>hi</b>\n@cmd,+1\n'))).toEqual([['=1+1', '<b>hi</b>'], ['@cmd', '+1']])
  })

  it('bears a stray quotation mark within a cell', async () => {
    expect(await readCells(utf8('title,x\nThe 5" pipe,1\nother,2\n'))).toEqual([['The 5" pipe', '1'], ['other', '2']])
  })

  it('may have one column', async () => {
    expect(await readCells(utf8('title\nLease\nWill\n'))).toEqual([['Lease'], ['Will']])
  })

  it.each([
    ['nothing', '', 'EMPTY'],
    ['blanks', ' \n \n', 'EMPTY'],
    ['a header alone', 'title,client\n', 'NO_ROWS'],
    ['a page', '<!doctype html><p>', 'MARKUP'],
    ['a quotation mark that never closes', `title,x\n"Lease,1\n${'a,b\n'.repeat(50)}`, 'UNCLOSED_QUOTE'],
  ])('is refused when it holds %s', async (_, text, reason) => {
    expect(await refusalOf(utf8(text))).toBe(`IMPORT_UNREADABLE ${reason}`)
  })

  it.each([
    ['an archive or a new spreadsheet', [0x50, 0x4B, 0x03, 0x04, 0], 'SPREADSHEET'],
    ['an old spreadsheet', [0xD0, 0xCF, 0x11, 0xE0], 'SPREADSHEET'],
    ['a PDF', [0x25, 0x50, 0x44, 0x46], 'BINARY'],
    ['a picture', [0x89, 0x50, 0x4E, 0x47], 'BINARY'],
    ['zeros', [65, 0, 0, 66, 10, 0, 0, 1], 'BINARY'],
  ])('is refused when it is %s', async (_, bytes, reason) => {
    expect(await refusalOf(Uint8Array.from(bytes))).toBe(`IMPORT_UNREADABLE ${reason}`)
  })

  it('is refused beyond 20,000 rows and beyond 20 MB', async () => {
    expect(await refusalOf(utf8(`title,x\n${'a,1\n'.repeat(20_001)}`))).toBe('IMPORT_TOO_LARGE TOO_MANY_ROWS')
    expect(await refusalOf(new Uint8Array(20 * 1024 * 1024 + 1))).toBe('IMPORT_TOO_LARGE TOO_MANY_BYTES')
  })

  it('is refused beyond 500 columns, named or not', async () => {
    expect(await refusalOf(utf8(`${'a,'.repeat(20_000)}b\n${'1,'.repeat(20_000)}2\n`))).toBe('IMPORT_TOO_LARGE TOO_MANY_COLUMNS')
    expect(await refusalOf(utf8(`title,x\n${','.repeat(2_000_000)}2\n`))).toBe('IMPORT_TOO_LARGE TOO_MANY_COLUMNS')
    expect((await read(utf8(`${'a,'.repeat(499)}b\n${'1,'.repeat(499)}2${','.repeat(50)}\n`))).head.headers).toHaveLength(500)
  })

  it('comes back as it was written, whatever its cells hold', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '案', ' ', ',', ';', '"', '\n', '1', '=', '<') })
    const rowsOf = (width: number) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 })
    const table = fc.integer({ min: 2, max: 5 }).chain(rowsOf)
    await fc.assert(fc.asyncProperty(table, async (rows) => {
      const width = rows[0]!.length
      const quoted = (values: string[]) => values.map(value => `"${value.replaceAll('"', '""')}"`).join(',')
      const header = Array.from({ length: width }, (_, index) => `h${index}`)
      const kept = rows.map(row => ['x', ...row])
      const text = [['key', ...header], ...kept].map(quoted).join('\n')
      const cells = await readCells(utf8(text))
      const used = header.map((_, index) => index + 1)
      expect(cells.map(row => row[0])).toEqual(kept.map(() => 'x'))
      expect(cells).toEqual(kept.map(row => [row[0]!, ...used.map(index => row[index]!.trim())]))
    }), { numRuns: 60 })
  })
})
