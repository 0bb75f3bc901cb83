import type { Component, ConcreteComponent } from 'vue'
import { defineComponent, h } from 'vue'
import type { UseConflictsReturn } from '~/composables/useConflicts.ts'
import { provideAwayReport } from '~/composables/useAwayReport.ts'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import type { FakeKanban } from '../../tests/helpers/fake-kanban.ts'
import { fakeKanban } from '../../tests/helpers/fake-kanban.ts'
import { setKanban } from './kanban.ts'

export interface OnBoardOptions extends NonNullable<Parameters<typeof fakeKanban>[0]> {
  /** Brings the board into the state that the story is about, once it stands. */
  prepare?: (kanban: FakeKanban, conflicts: UseConflictsReturn) => void
}

/** A page of the board around a component of it, with everything that such a page provides. */
export function onBoard(content: Component, { prepare, ...options }: OnBoardOptions = {}): ConcreteComponent {
  return defineComponent({
    setup() {
      const fake = fakeKanban(options)
      setKanban(fake)
      const kanban = provideKanban(fake.boardId)
      provideMoveMatter(kanban)
      provideAwayReport(kanban)
      const conflicts = provideConflicts(kanban)
      prepare?.(fake, conflicts)
      return () => h(content)
    },
  })
}
