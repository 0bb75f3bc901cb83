import type { FakeKanban } from '../../tests/helpers/fake-kanban.ts'
import { fakeKanban } from '../../tests/helpers/fake-kanban.ts'

/** The board of the story that is shown. */
let current: FakeKanban = fakeKanban()

export function setKanban(kanban: FakeKanban): void {
  current = kanban
}

/** Stands in for the app's own of this name: a board without a server, as the story set it. */
export function useKanbanRealTime(): FakeKanban {
  return current
}
