import type { ProblemBody } from '#shared/protocol/problems.ts'

/** Why a change did not come to be: the server's or the rules' refusal, or `NETWORK` when it was given up unsent. */
export type SettledProblem = ProblemBody | { code: 'NETWORK' }

/**
 * How a change ended. `version` is the board version that contains it; `merged` says that others had changed
 * other fields meanwhile. `conflictId` names what waits for the person's choice.
 */
export type Settled
  = | { ok: true, version: number, merged: boolean }
    | { ok: false, problem: SettledProblem, conflictId?: string }

/** A change on its way. It shows at once; `settled` comes with the server's word, which offline may take long. */
export interface Submitted {
  /** The matter's id; of a new comment, the comment's. */
  id: string
  settled: Promise<Settled>
}
