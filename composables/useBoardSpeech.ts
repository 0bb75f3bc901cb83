import { useI18n } from '#imports'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { KanbanView } from './useKanban.ts'
import { useLiveRegion } from './useLiveRegion.ts'
import type { DragStep } from './useMatterDrag.ts'
import type { MoveMatter } from './useMoveMatter.ts'

/** More changes at once than this are counted, not told one by one. */
const MOST_SENTENCES = 3

export interface UseBoardSpeechReturn {
  /** Puts a step of a drag into words. */
  speakStep: (step: DragStep) => void
  /** Tells what others did, a batch in one announcement. */
  speakChanges: (changes: readonly RemoteChange[]) => void
}

/** What happens on the board, for people who listen to it. */
export function useBoardSpeech(kanban: KanbanView, { promptOf, columnName }: Pick<MoveMatter, 'promptOf' | 'columnName'>): UseBoardSpeechReturn {
  const { t } = useI18n()
  const { say } = useLiveRegion()

  function speakStep({ kind, by, matterId, columnId, position, places }: DragStep): void {
    // Who drags by pointer sees what happens; only how it ends is told.
    if (by === 'pointer' && (kind === 'lifted' || kind === 'over'))
      return
    const words = { matter: nameOf(matterId), column: columnName(columnId), position, places }
    const refused = kind === 'over' ? whyNot(matterId, columnId) : null
    say(refused ? t('board.speech.overRefused', { ...words, why: refused }) : t(`board.speech.${kind}`, words))
  }

  function whyNot(matterId: MatterId, columnId: string): string | null {
    const matter = kanban.matterById(matterId)
    const prompt = matter && promptOf(matter, columnId)
    return prompt?.kind === 'refused' ? t(`problems.${prompt.refusal.code}`) : null
  }

  function nameOf(matterId: MatterId): string {
    return kanban.matterById(matterId)?.caseNumber ?? ''
  }

  function speakChanges(changes: readonly RemoteChange[]): void {
    if (changes.length > MOST_SENTENCES)
      say(t('board.speech.many', { count: changes.length }, changes.length))
    else if (changes.length > 0)
      say(changes.map(sentenceOf).join(' '))
  }

  function sentenceOf({ kind, by, matter }: RemoteChange): string {
    const who = by && kanban.members.value.get(by)?.name
    const words = { who: who ?? t('board.speech.someone'), matter: matter?.caseNumber ?? t('board.speech.aMatter'), column: columnName(matter?.columnId ?? '') }
    return t(`board.remote.${kind}`, words)
  }

  return { speakStep, speakChanges }
}
