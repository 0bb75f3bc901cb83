import type { Matter } from '#shared/kanban/matter.ts'
import type { ProblemBody } from '#shared/protocol/problems.ts'

/** Why a change did not come to be: the board's refusal, or `NETWORK` when it was given up before the server answered. */
export type SettledProblem = ProblemBody | { code: 'NETWORK' }

/** How a change ended. `matter` is the row as the server left it, null once deleted. */
export type Settled
  = | { ok: true, matter: Matter | null, version: number }
    | { ok: false, problem: SettledProblem }

/** A change on its way. It shows at once; `settled` comes with the server's word, which offline may take long. */
export interface Submitted {
  /** The matter's id; of a new comment, the comment's. */
  id: string
  settled: Promise<Settled>
}
