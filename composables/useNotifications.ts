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
  /** One of the same name is replaced where it stands, and shown as long as if it had come alone. */
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

const SHOWN_MS = 5_000

/** The notices that have names: under which id each stands, and how often another one took its place. For all who tell. */
const standing = new Map<string, { id: string, turn: number }>()
let lives = 0

/** One that comes anew has an id of its own: Nuxt UI takes the one before it off the page, by its id, only when it has faded. */
function place(name: string): { id: string, turn: number } {
  const before = standing.get(name)
  const now = before ? { id: before.id, turn: before.turn + 1 } : { id: `${name}#${++lives}`, turn: 0 }
  standing.set(name, now)
  return now
}

/** Tells something in a notice at the edge of the screen, which a screen reader reads once. */
export function useNotifications(): UseNotificationsReturn {
  const toast = useToast()

  function tell(kind: keyof typeof LOOKS, notice: string | NoticeOptions): void {
    const { title, politeness = kind === 'error' ? 'assertive' : 'polite', isLong = false, id: name, duration, onClick, onClose, actions, ...rest } = typeof notice === 'string' ? { title: notice } : notice
    const stands = name === undefined ? null : place(name)
    toast.add({
      ...stands && { id: stands.id },
      ...LOOKS[kind],
      title,
      'type': politeness === 'assertive' ? 'foreground' : 'background',
      'ui': { actions: 'flex-wrap', ...isLong && { description: 'max-h-60 overflow-y-auto whitespace-pre-line wrap-anywhere' } },
      // What isn't said is named all the same: one of the same name is laid over the one before, which had a way back or a sentence of its own.
      'actions': actions?.map(action => ({ color: 'neutral' as const, variant: 'outline' as const, ...action })),
      'description': undefined,
      // Only another duration has the time of one that takes a place begin anew.
      'duration': duration !== 0 && stands && stands.turn > 0 ? (duration ?? SHOWN_MS) + stands.turn : duration,
      onClick,
      'onUpdate:open': (open: boolean) => {
        if (open)
          return
        if (name !== undefined && standing.get(name)?.id === stands?.id)
          standing.delete(name)
        onClose?.()
      },
      ...rest,
    })
  }

  return {
    success: notice => tell('success', notice),
    info: notice => tell('info', notice),
    warning: notice => tell('warning', notice),
    error: notice => tell('error', notice),
    dismiss(name) {
      const stands = standing.get(name)
      standing.delete(name)
      if (stands)
        toast.remove(stands.id)
    },
  }
}
