import { createHash, timingSafeEqual } from 'node:crypto'
import process from 'node:process'
import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import { leaveAccess, localUrl, removeAccess } from '#server/services/operator/operator-file.ts'
import { useFirmConfig } from './firm-config.ts'

let token: string | null = null

/**
 * Lets commands on this machine in, by a word in the data folder that its owner alone can read. Where
 * none can be written, the board serves all the same.
 */
export async function openOperatorDoor(): Promise<void> {
  const { HOST, NITRO_HOST, NITRO_PORT, PORT } = process.env
  try {
    token = (await leaveAccess(useFirmConfig().dataDir, localUrl(NITRO_HOST || HOST, NITRO_PORT || PORT))).token
  }
  catch (error) {
    console.error(`operator.json can't be written (${(error as NodeJS.ErrnoException).code}): commands beside this server won't reach it.`)
  }
}

/** Takes the word back; from then on nobody is let in. */
export async function closeOperatorDoor(): Promise<void> {
  if (token === null)
    return
  token = null
  await removeAccess(useFirmConfig().dataDir)
}

/** Whether the request may read the figures of this process: from such a command, or with the word that a collector was given. */
export function isCollector(event: H3Event): boolean {
  const given = getRequestHeader(event, 'authorization')
  const { metricsToken } = useFirmConfig()
  return isOperator(event) || (metricsToken !== null && given !== undefined && timingSafeEqual(hash(given), hash(`Bearer ${metricsToken}`)))
}

/** Whether the request comes from a command that could read the word in the data folder. */
export function isOperator(event: H3Event): boolean {
  const given = getRequestHeader(event, 'authorization')
  return token !== null && given !== undefined && timingSafeEqual(hash(given), hash(`Bearer ${token}`))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
