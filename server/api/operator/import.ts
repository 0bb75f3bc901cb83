import { readRawBody } from 'h3'
import { importUnattended } from '#server/services/import/import-unattended.ts'
import { unpackImport } from '#server/services/operator/operator-body.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { nothingHere } from '#server/utils/nothing-here.ts'
import { isOperator } from '#server/utils/operator.ts'

/**
 * Imports a file for a command on this machine. Takes every method itself, because whoever has no token
 * must not find out by a 405 that the address exists.
 */
export default defineApiHandler(async (event) => {
  if (event.method !== 'POST' || !isOperator(event))
    throw nothingHere()
  const { options, bytes } = unpackImport(await readRawBody(event, false) ?? new Uint8Array())
  return await importUnattended(await useFirm(), bytes, options)
})
