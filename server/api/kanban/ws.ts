import { setResponseHeader } from 'h3'
import { Problem } from '#shared/protocol/problems.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** Where sockets are opened: upgrades go to server/services/realtime/socket-door.ts, and whoever comes without one is told so. */
export default defineApiHandler((event) => {
  setResponseHeader(event, 'upgrade', 'websocket')
  throw new Problem('UPGRADE_REQUIRED', 'this address is for web sockets')
})
