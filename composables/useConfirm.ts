import type { DeepReadonly, ShallowRef } from 'vue'
import { getCurrentScope, onScopeDispose, shallowReadonly, shallowRef } from 'vue'

/** What a person is asked before something that matters. */
export interface ConfirmQuestion {
  title: string
  body?: string
  /** The word on the button; absent, a plain "Confirm". */
  confirmLabel?: string
  /** @default 'primary' */
  color?: 'primary' | 'warning' | 'error'
  /**
   * Whether a reason is asked for.
   *
   * @default 'none'
   */
  reason?: 'none' | 'optional' | 'required'
  /** Longest reason, in characters. @default 1000 */
  reasonMaxLength?: number
}

export type ConfirmAnswer = { confirmed: true, reason: string } | { confirmed: false }

export interface UseConfirmReturn {
  /** Asks, after the questions asked before. Settles always: answered, dismissed, or the asker is gone. */
  ask: (question: ConfirmQuestion) => Promise<ConfirmAnswer>
}

export interface ConfirmQueue {
  /** The question on the screen. */
  current: Readonly<ShallowRef<DeepReadonly<ConfirmQuestion> | null>>
  ask: (question: ConfirmQuestion) => { answer: Promise<ConfirmAnswer>, withdraw: () => void }
  /** Answers the question on the screen and brings up the next. */
  settle: (answer: ConfirmAnswer) => void
}

/** Questions one after the other, each with one answer. */
export function createConfirmQueue(): ConfirmQueue {
  const waiting: { question: ConfirmQuestion, resolve: (answer: ConfirmAnswer) => void }[] = []
  const current = shallowRef<ConfirmQuestion | null>(null)

  function finish(entry: typeof waiting[number], answer: ConfirmAnswer): void {
    const index = waiting.indexOf(entry)
    if (index === -1)
      return
    waiting.splice(index, 1)
    entry.resolve(answer)
    current.value = waiting[0]?.question ?? null
  }

  return {
    current: shallowReadonly(current),
    ask(question) {
      const { promise, resolve } = Promise.withResolvers<ConfirmAnswer>()
      const entry = { question, resolve }
      waiting.push(entry)
      current.value = waiting[0]!.question
      return { answer: promise, withdraw: () => finish(entry, { confirmed: false }) }
    },
    settle(answer) {
      if (waiting[0])
        finish(waiting[0], answer)
    },
  }
}

/** The one queue of this browser window; its dialog hangs in `app.vue`. */
export const confirmQueue = createConfirmQueue()

/** Asks the person in a dialog. What a component has asked is withdrawn when it goes. */
export function useConfirm(queue: ConfirmQueue = confirmQueue): UseConfirmReturn {
  const open = new Set<() => void>()
  if (getCurrentScope())
    onScopeDispose(() => [...open].forEach(withdraw => withdraw()))

  return {
    ask(question) {
      const { answer, withdraw } = queue.ask(question)
      open.add(withdraw)
      return answer.finally(() => open.delete(withdraw))
    },
  }
}
