import { defineEventHandler, setResponseHeader } from 'h3'
import { useFirmConfig } from '#server/utils/firm-config.ts'

const YEAR_S = 31_536_000

/** Where people reach the board over https, they never shall without. */
export default defineEventHandler((event) => {
  if (useFirmConfig().baseUrl?.protocol === 'https:')
    setResponseHeader(event, 'strict-transport-security', `max-age=${YEAR_S}`)
})
