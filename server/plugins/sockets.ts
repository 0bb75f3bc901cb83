import { useSocketDoor } from '#server/utils/socket-door.ts'
import { createUpgradeFacade, leaveOtherUpgrades } from '#server/utils/take-upgrades.ts'

/** The part of Nitro that this plugin needs. */
interface Server {
  h3App: object
}

/**
 * Has every upgrade come to our own door. Nitro's way would look for the address's handler first, accept addresses that
 * have none, and leave a socket hanging when anything is thrown on the way.
 */
export default function takeUpgrades({ h3App }: Server): void {
  Object.defineProperty(h3App, 'websocket', { value: { wss: createUpgradeFacade(useSocketDoor) } })
  leaveOtherUpgrades()
}
