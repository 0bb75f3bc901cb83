import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '#shared/protocol/problems.ts'

/** Failed tries, and the seconds in which they count. */
export interface SignInLimits {
  /** @default 10 tries in 15 minutes for one account from one address */
  account?: { tries: number, withinS: number }
  /** @default 100 tries in 15 minutes from one address, behind which a whole office may sit */
  address?: { tries: number, withinS: number }
}

/** Slows down whoever guesses passwords. */
export interface SignInGuard {
  /**
   * Counts a try before it is made, so that a thousand at once don't all pass. Throws `TooManyTries`
   * when there were too many.
   */
  enter: (email: string, address: string) => Promise<void>
  /** Takes back the try of someone who knew the password, and forgives the ones before. */
  succeeded: (email: string, address: string) => Promise<void>
}

/** Too many failed tries; `retryAfterS` seconds from now the next one is heard. */
export class TooManyTries extends Problem {
  readonly retryAfterS: number

  constructor(retryAfterS: number) {
    super('TOO_MANY_ATTEMPTS', 'too many failed tries; wait a while')
    this.retryAfterS = retryAfterS
  }
}

/** A guard that counts in this process's memory. */
export function createSignInGuard({ account, address }: SignInLimits = {}): SignInGuard {
  const byAccount = new RateLimiterMemory({ points: account?.tries ?? 10, duration: account?.withinS ?? 900 })
  const byAddress = new RateLimiterMemory({ points: address?.tries ?? 100, duration: address?.withinS ?? 900 })
  const accountKey = (email: string, from: string) => `${networkOf(from)} ${email.normalize('NFKC').trim().toLowerCase()}`

  return {
    async enter(email, from) {
      await consume(byAddress, networkOf(from))
      await consume(byAccount, accountKey(email, from))
    },
    async succeeded(email, from) {
      await byAccount.delete(accountKey(email, from))
      await byAddress.reward(networkOf(from))
    },
  }
}

/** What counts as one address: of IPv6 the first half, because a household or an attacker has all of the second. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped || !isIPv6(address))
    return mapped?.[1] ?? address
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::')
  const [front, back] = [head, tail ?? ''].map(part => part === '' ? [] : part.split(':'))
  const gap = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front!.length - back!.length) }, () => '0')
  return `${[...front!, ...gap, ...back!].slice(0, 4).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  }
  catch (error) {
    if (error instanceof RateLimiterRes)
      throw new TooManyTries(Math.max(1, Math.ceil(error.msBeforeNext / 1_000)))
    throw error
  }
}
