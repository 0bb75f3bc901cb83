import { preloadRouteComponents } from '#imports'
import type { BoardId } from '#shared/kanban/board.ts'

/**
 * Fetches what the board asks for only when it is first used. Without it, a card opened on a train
 * would ask for code that can't come, and the browser would put its own error page in the board's place.
 */
export async function fetchBoardParts(boardId: BoardId): Promise<void> {
  await Promise.allSettled([
    preloadRouteComponents(`/boards/${boardId}/matters/new`),
    preloadRouteComponents(`/boards/${boardId}/matters/any`),
    preloadRouteComponents(`/boards/${boardId}/activity`),
    import('~/components/matter/MarkdownText.vue'),
    import('~/components/matter/MentionList.vue'),
    import('~/components/board/MoveMenu.vue'),
    import('~/components/board/MoveDialog.vue'),
    import('~/components/board/ShortcutHelp.vue'),
    import('~/components/filters/FilterPanel.vue'),
    import('~/components/filters/FilterSheet.vue'),
    import('~/components/ui/ConfirmDialog.vue'),
    import('~/components/conflict/ConflictDialog.vue'),
    import('~/components/away/AwayNotice.vue'),
    import('~/components/away/AwayReport.vue'),
    import('~/components/connection/MetricsPanel.vue'),
    import('~/components/shell/SignOutDialog.vue'),
    import('~/components/notifications/NotificationPanel.vue'),
    import('~/components/notifications/NotificationSheet.vue'),
  ])
}
