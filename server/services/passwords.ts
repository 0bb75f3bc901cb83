import { Scrypt } from '@adonisjs/hash/drivers/scrypt'
import { Problem } from '#shared/protocol/problems.ts'

/** Some 120 ms and 32 MB on one core of 2026: bearable once a sign-in, dear a million times. */
const scrypt = new Scrypt({ cost: 2 ** 15, blockSize: 8, parallelization: 3, maxMemory: 64 * 1024 * 1024 })

/** Characters, not bytes. */
export const PASSWORD_LENGTH = { min: 12, max: 1_024 } as const

/** A salted scrypt hash in PHC form, which carries its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  return await scrypt.make(password.normalize('NFKC'))
}

/** Whether the password is the one that was hashed; takes the same time either way. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  return await scrypt.verify(hash, password.normalize('NFKC'))
}

/** Whether the hash was made with weaker parameters than today's. */
export function isOutdatedHash(hash: string): boolean {
  return scrypt.needsReHash(hash)
}

/**
 * Refuses a password that is easily guessed. Length is what counts; rules about digits and signs make
 * people write them down.
 *
 * @param member what the password must not be made of
 */
export function checkPassword(password: string, member: { email: string, name: string }): void {
  const normal = password.normalize('NFKC')
  const length = [...normal].length
  if (length < PASSWORD_LENGTH.min || length > PASSWORD_LENGTH.max)
    throw new Problem('VALIDATION', `must have ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`, { field: 'password' })
  const guesses = [member.email, member.email.split('@')[0]!, member.name].map(guess => guess.normalize('NFKC').toLowerCase())
  if (guesses.includes(normal.toLowerCase()) || new Set(normal).size < 4)
    throw new Problem('VALIDATION', 'is too easily guessed', { field: 'password' })
}
