import process from 'node:process'
import type { FirmConfig } from '#server/services/config.ts'
import { readConfig } from '#server/services/config.ts'

let config: FirmConfig | undefined

/** The configuration of this process, read once. Throws a `StartupError` when it is wrong. */
export function useFirmConfig(): FirmConfig {
  config ??= readConfig(process.env)
  return config
}
