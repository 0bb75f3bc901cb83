/** Rows that go into one statement: well below the databases' limits on parameters. */
const ROWS_PER_STATEMENT = 200
const IDS_PER_STATEMENT = 1_000

/** 0 or 1, as flags are stored. */
export function flag(value: boolean): number {
  return value ? 1 : 0
}

/** A stored JSON value, whose type the code that wrote it vouches for. */
export function parse<Value>(text: string): Value {
  return JSON.parse(text) as Value
}

export function parseOrNull<Value>(text: string | null): Value | null {
  return text === null ? null : JSON.parse(text) as Value
}

/** Slices of rows for one insert each. */
export function rowChunks<Item>(items: readonly Item[]): Item[][] {
  return chunks(items, ROWS_PER_STATEMENT)
}

/** Slices of ids for one query each. */
export function idChunks(ids: readonly string[]): string[][] {
  return chunks(ids, IDS_PER_STATEMENT)
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const slices: Item[][] = []
  for (let start = 0; start < items.length; start += size)
    slices.push(items.slice(start, start + size))
  return slices
}
