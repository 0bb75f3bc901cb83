import type { Component, ConcreteComponent } from 'vue'
import { defineComponent, h } from 'vue'
import type { UseConflictsReturn } from '~/composables/useConflicts.ts'
import { provideAwayReport } from '~/composables/useAwayReport.ts'
import { provideBoardVisits } from '~/composables/useBoardVisits.ts'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import type { PresenceView } from '~/composables/usePresence.ts'
import { providePresence } from '~/composables/usePresence.ts'
import type { FakeKanban } from '../../tests/helpers/fake-kanban.ts'
import { fakeKanban } from '../../tests/helpers/fake-kanban.ts'
import type { Situation } from './as-member.ts'
import { signIn } from './as-member.ts'
import { setKanban } from './kanban.ts'

export interface OnBoardOptions extends NonNullable<Parameters<typeof fakeKanban>[0]>, Omit<Situation, 'me'> {
  /** Who else is here. @default nobody is shown */
  presence?: PresenceView
  /** Brings the board into the state that the story is about, once it stands. */
  prepare?: (kanban: FakeKanban, conflicts: UseConflictsReturn) => void
}

/** A page of the board around a component of it, with everything that such a page provides. */
export function onBoard(content: Component, { prepare, presence, ...options }: OnBoardOptions = {}): ConcreteComponent {
  return defineComponent({
    setup() {
      signIn(options)
      const fake = fakeKanban(options)
      setKanban(fake)
      const kanban = provideKanban(fake.boardId)
      provideMoveMatter(kanban)
      provideAwayReport(kanban)
      provideBoardVisits(kanban)
      if (presence)
        providePresence(presence)
      const conflicts = provideConflicts(kanban)
      prepare?.(fake, conflicts)
      return () => h(content)
    },
  })
}
