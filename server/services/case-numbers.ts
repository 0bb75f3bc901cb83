import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { caseNumberScope, formatCaseNumber, normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { DateOnly, Matter } from '#shared/kanban/matter.ts'

/**
 * The firm's next case numbers, one for each of `matters`, in order. Numbers that somebody gave by
 * hand or an import brought are passed over. Part of the transaction: a refusal gives them back.
 *
 * @param today in the firm's zone; its year is the number's
 */
export async function takeCaseNumbers(
  stores: Pick<Stores, 'matters'>,
  firm: Pick<FirmSettings, 'caseNumberTemplate'>,
  matters: readonly Pick<Matter, 'practiceArea' | 'clientName'>[],
  today: DateOnly,
): Promise<string[]> {
  const template = firm.caseNumberTemplate
  const year = Number(today.slice(0, 4))
  const numbers = matters.map(() => '')
  let open = matters.map((matter, index) => ({ index, parts: { year, practiceArea: matter.practiceArea, clientName: matter.clientName } }))
  while (open.length > 0) {
    const byScope = Map.groupBy(open, ({ parts }) => caseNumberScope(template, parts))
    for (const [scope, members] of byScope) {
      const first = await stores.matters.takeNumbers(scope, members.length)
      members.forEach(({ index, parts }, offset) => {
        numbers[index] = formatCaseNumber(template, { ...parts, seq: first + offset })
      })
    }
    const taken = await stores.matters.takenCaseNumbers(open.map(({ index }) => numbers[index]!))
    open = open.filter(({ index }) => taken.has(normalizeCaseNumber(numbers[index]!)))
  }
  return numbers
}
