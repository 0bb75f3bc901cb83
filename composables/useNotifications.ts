import { useToast } from '#imports'
import type { ButtonProps, ToastProps } from '@nuxt/ui'

/** How a screen reader tells of it: at once, when it has a moment, or not, because somebody else says it already. */
export type Politeness = 'assertive' | 'polite' | 'off'

export interface NoticeOptions {
  /** What happened. A function draws more than a line; where politeness is off, its outermost element is left out of what is said. */
  title: NonNullable<ToastProps['title']>
  description?: string
  /** The description has lines of its own, and scrolls where it is long. @default false */
  isLong?: boolean
  /** One of the same name is replaced where it stands. */
  id?: string
  /** @default that of its kind */
  icon?: string
  actions?: ButtonProps[]
  /** In milliseconds; 0 until it is closed. @default 5000 */
  duration?: number
  /** @default 'assertive' for errors, else 'polite' */
  politeness?: Politeness
  /** For a pointer; whoever uses the keyboard needs an action that does the same. */
  onClick?: () => void
  /** It was closed by hand, or by itself. */
  onClose?: () => void
}

export interface UseNotificationsReturn {
  success: (notice: string | NoticeOptions) => void
  info: (notice: string | NoticeOptions) => void
  warning: (notice: string | NoticeOptions) => void
  error: (notice: string | NoticeOptions) => void
  /** Takes a notice away that has a name. */
  dismiss: (id: string) => void
}

const LOOKS = {
  success: { color: 'success', icon: 'i-lucide-check' },
  // Ink on paper: colour is kept for what presses.
  info: { color: 'neutral', icon: 'i-lucide-info' },
  warning: { color: 'warning', icon: 'i-lucide-triangle-alert' },
  error: { color: 'error', icon: 'i-lucide-circle-alert' },
} as const

/** Tells something in a notice at the edge of the screen, which a screen reader reads once. */
export function useNotifications(): UseNotificationsReturn {
  const toast = useToast()

  function tell(kind: keyof typeof LOOKS, notice: string | NoticeOptions): void {
    const { title, politeness = kind === 'error' ? 'assertive' : 'polite', isLong = false, onClick, onClose, actions, ...rest } = typeof notice === 'string' ? { title: notice } : notice
    toast.add({
      ...LOOKS[kind],
      title,
      'type': politeness === 'assertive' ? 'foreground' : 'background',
      'ui': { actions: 'flex-wrap', ...isLong && { description: 'max-h-60 overflow-y-auto whitespace-pre-line wrap-anywhere' } },
      // What isn't said is named all the same: one of the same name is laid over the one before, which had a way back or a sentence of its own.
      'actions': actions?.map(action => ({ color: 'neutral' as const, variant: 'outline' as const, ...action })),
      'description': undefined,
      'duration': undefined,
      onClick,
      'onUpdate:open': onClose && ((open: boolean) => open || onClose()),
      ...rest,
    })
  }

  return {
    success: notice => tell('success', notice),
    info: notice => tell('info', notice),
    warning: notice => tell('warning', notice),
    error: notice => tell('error', notice),
    dismiss: id => toast.remove(id),
  }
}
