import type { Firm } from '#server/services/firm.ts'
import { openFirm } from '#server/services/firm.ts'
import { useFirmConfig } from './firm-config.ts'

let firm: Promise<Firm> | undefined

/** The firm of this process: opened at the first call, which is the server's start. */
export function useFirm(): Promise<Firm> {
  firm ??= openFirm(useFirmConfig())
  return firm
}
