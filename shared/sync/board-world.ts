import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import type { BoardStorage, SharedWrite } from './board-storage.ts'

/** The same board in other tabs of the same member. */
export interface OtherTabs {
  tell: (write: SharedWrite) => void
  /** Hears what the others tell; returns how to stop. */
  onTold: (listener: (write: SharedWrite) => void) => () => void
  close: () => void
}

/** What a board works with. */
export interface BoardWorld {
  storage: BoardStorage
  transport: Pick<RealTimeTransport, 'on' | 'pull' | 'send' | 'compare'>
  tabs: OtherTabs
}
