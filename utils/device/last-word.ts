import type { ActivityData } from '#shared/protocol/presence.ts'

/** Says where a tab was while its page goes away: the request outlives the page, and nobody waits for its answer. */
export function sayLastWord(boardId: string, memberId: string, data: ActivityData): void {
  void fetch('/api/events', {
    method: 'POST',
    keepalive: true,
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'aster-member': memberId },
    body: JSON.stringify({ board: boardId, topic: 'member:activity', data }),
  }).catch(() => {})
}
