const PATIENCE_MS = 4_000

/** Whether the server is there just now, whatever it has or hasn't. */
export async function serverAnswers(): Promise<boolean> {
  try {
    return (await fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })).ok
  }
  catch {
    return false
  }
}
