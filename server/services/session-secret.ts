import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

const MIN_LENGTH = 32

/**
 * The secret that seals session cookies: made once, kept beside the database, readable by its owner
 * alone. It is complete under another name before it takes its own, so that a crash leaves none or all.
 */
export async function readSessionSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'session-secret')
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      return ''
    throw error
  })
  if (kept.trim().length >= MIN_LENGTH)
    return kept.trim()
  const secret = randomBytes(48).toString('base64url')
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${secret}\n`)
    await file.sync()
  }
  finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return secret
}
