import { randomUUID } from 'node:crypto'
import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { takeCaseNumbers } from '#server/services/case-numbers.ts'
import type { BuiltMatter } from './build-matter.ts'
import type { GeneratedBoard } from './generate-firm.ts'

const MATTERS_PER_CHUNK = 500

/**
 * Writes a generated board as its first version. The log starts above it, so that readers take
 * a snapshot instead of thousands of changes. Case numbers go on from the firm's own sequences.
 *
 * @param onProgress told how many of the matters are written
 */
export async function writeBoard(
  stores: Stores,
  firm: Pick<FirmSettings, 'caseNumberTemplate'>,
  board: GeneratedBoard,
  position: number,
  onProgress: (written: number) => void = () => {},
): Promise<void> {
  const { id, name, isDefault, createdAt, columns } = board
  await stores.boards.insert({ id, name, isDefault, createdAt, position, epoch: randomUUID() }, columns)
  const version = (await stores.boards.takeVersion(id))!.version
  const numbers = await numberMatters(stores, firm, board.matters)
  for (let start = 0; start < board.matters.length; start += MATTERS_PER_CHUNK) {
    const chunk = board.matters.slice(start, start + MATTERS_PER_CHUNK)
    await stores.matters.insertMany(chunk.map(({ matter }) => ({ ...matter, version, caseNumber: numbers.get(matter.id)! })), version)
    await stores.comments.insertMany(chunk.flatMap(({ comments }) => comments))
    await stores.activity.append(chunk.flatMap(({ activity }) => activity.map(step => ({ ...step, version }))))
    onProgress(Math.min(start + MATTERS_PER_CHUNK, board.matters.length))
  }
  await stores.boards.setFloor(id, version)
}

/** The case numbers in the order in which the matters came in, each in the sequence of its year. */
async function numberMatters(
  stores: Pick<Stores, 'matters'>,
  firm: Pick<FirmSettings, 'caseNumberTemplate'>,
  matters: readonly BuiltMatter[],
): Promise<Map<string, string>> {
  const numbers = new Map<string, string>()
  const inOrder = matters.map(({ matter }) => matter).sort((a, b) => a.createdAt - b.createdAt)
  for (const [year, ofYear] of Map.groupBy(inOrder, ({ openedOn }) => openedOn!.slice(0, 4))) {
    const taken = await takeCaseNumbers(stores, firm, ofYear, `${year}-01-01`)
    ofYear.forEach(({ id }, index) => numbers.set(id, taken[index]!))
  }
  return numbers
}
