import { Problem } from '#shared/protocol/problems.ts'

/** What an address answers that doesn't exist, or not for who asks. */
export function nothingHere(): Problem {
  return new Problem('NOT_FOUND', 'there is nothing at this address')
}
