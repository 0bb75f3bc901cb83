import type { ProblemBody } from '#shared/protocol/problems.ts'
import { isProblemBody } from '#shared/protocol/problems.ts'
import { Fault } from './fault.ts'

/** The part of `Response` that is read. */
export interface HttpAnswer {
  status: number
  headers: { get: (name: string) => string | null }
  json: () => Promise<unknown>
}

/** The part of `fetch` that is used. */
export type Fetch = (path: string, init: {
  method: string
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
}) => Promise<HttpAnswer>

/** The answer, or the server's no as a fault. */
export async function expectOk(promised: HttpAnswer | Promise<HttpAnswer>): Promise<HttpAnswer> {
  const answer = await promised
  if (answer.status !== 200)
    throw new Fault('refused', { problem: await readProblem(answer) })
  return answer
}

/** The problem that a refusal names, if it names one. */
export async function readProblem(answer: HttpAnswer): Promise<ProblemBody | null> {
  const body = await answer.json().catch(() => null)
  return isProblemBody(body) ? body : null
}

/** A body that isn't JSON comes from something between us and the server: it passes. So does one that is no longer waited for. */
export async function readBody<T>(answer: HttpAnswer, signal?: AbortSignal): Promise<T> {
  try {
    const body = await answer.json() as T
    signal?.throwIfAborted()
    return body
  }
  catch (error) {
    throw new Fault('network', { cause: error })
  }
}

/** Retry-After as milliseconds from now: seconds or a date. */
export function retryAfter(answer: HttpAnswer, now: number): number {
  const value = answer.headers.get('retry-after') ?? ''
  const delay = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isFinite(delay) ? Math.max(0, delay) : 0
}
