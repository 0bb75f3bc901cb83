import type { Repository } from '#server/db/repository.ts'
import type { SourceItem, SourceRow } from './source.ts'

/** Rows that are read or written in one go: enough to be quick, few enough to leave the server free between. */
const PAGE = 100

/** Keeps a file's rows, a piece at a time, so that other people's work goes on between. */
export async function storeRows(repository: Repository, importId: string, rows: readonly SourceRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += PAGE) {
    await repository.imports.insertSources(importId, rows.slice(start, start + PAGE).map(({ line, item }) => ({ line, source: item })))
    await nextTurn()
  }
}

/** The rows again, from one on, by pages. */
export async function* readPages(repository: Repository, importId: string, size = PAGE): AsyncGenerator<SourceRow[]> {
  for (let offset = 0; ; offset += size) {
    const page = await repository.imports.listSources(importId, { offset, limit: size })
    if (page.length > 0)
      yield page.map(({ line, source }) => ({ line, item: source as SourceItem }))
    if (page.length < size)
      return
    await nextTurn()
  }
}

export async function* readRows(repository: Repository, importId: string): AsyncGenerator<SourceRow> {
  for await (const page of readPages(repository, importId))
    yield* page
}

/** Forgets a file's rows. */
export async function dropRows(repository: Repository, importId: string): Promise<void> {
  while (!await repository.imports.removeSources(importId))
    await nextTurn()
}

/** Lets everything else that waits have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
