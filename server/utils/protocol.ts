import { Problem } from '#shared/protocol/problems.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '#shared/protocol/version.ts'

/** Refuses a caller of another age (rule K1). Who names no protocol speaks the newest. */
export function requireSpoken(protocol: number | undefined): void {
  if (protocol !== undefined && (protocol < OLDEST_PROTOCOL_VERSION || protocol > PROTOCOL_VERSION))
    throw new Problem('UPGRADE_REQUIRED', `this server speaks protocol ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}`)
}
