import type { Matter } from './matter.ts'
import type { Actor, Role } from './member.ts'
import { isAssigned } from './visibility.ts'

export type Capability
  = | 'create' | 'edit' | 'move' | 'comment' | 'criticalMove' | 'close' | 'requestClose' | 'reopen' | 'delete'
    | 'classify' | 'hold' | 'prioritise' | 'assign' | 'import' | 'export' | 'administer'

/** `assigned`: only on matters that name the member in their assignments. */
type Grant = 'yes' | 'assigned' | 'no'

export type PermissionRefusal = 'NOT_ASSIGNED' | 'INSUFFICIENT_PERMISSION'

/** Who may do what. Seeing comes first and is `visibility.ts`'s business. */
const GRANTS: Record<Capability, Record<Role, Grant>> = {
  create: grants('yes', 'yes', 'yes', 'yes', 'no', 'no'),
  edit: grants('yes', 'assigned', 'assigned', 'assigned', 'no', 'no'),
  move: grants('yes', 'assigned', 'assigned', 'assigned', 'no', 'no'),
  comment: grants('yes', 'assigned', 'assigned', 'assigned', 'no', 'no'),
  criticalMove: grants('yes', 'assigned', 'no', 'no', 'no', 'no'),
  close: grants('yes', 'no', 'no', 'no', 'no', 'no'),
  requestClose: grants('yes', 'assigned', 'no', 'no', 'no', 'no'),
  reopen: grants('yes', 'no', 'no', 'no', 'no', 'no'),
  delete: grants('yes', 'no', 'no', 'no', 'no', 'no'),
  classify: grants('yes', 'no', 'no', 'no', 'no', 'no'),
  hold: grants('yes', 'assigned', 'assigned', 'no', 'no', 'no'),
  prioritise: grants('yes', 'assigned', 'no', 'no', 'no', 'no'),
  assign: grants('yes', 'assigned', 'no', 'no', 'no', 'no'),
  import: grants('yes', 'no', 'no', 'no', 'no', 'yes'),
  export: grants('yes', 'assigned', 'no', 'no', 'no', 'no'),
  administer: grants('no', 'no', 'no', 'no', 'no', 'yes'),
}

function grants(PARTNER: Grant, ASSOCIATE: Grant, PARALEGAL: Grant, CLERK: Grant, CLIENT: Grant, ADMIN: Grant): Record<Role, Grant> {
  return { PARTNER, ASSOCIATE, PARALEGAL, CLERK, CLIENT, ADMIN }
}

/** Why `actor` may not, or null when they may. Without a matter, `assigned` counts as a yes: some matter may allow it. */
export function refusePermission(
  actor: Actor,
  capability: Capability,
  matter?: Pick<Matter, 'assignments' | 'priority'>,
): PermissionRefusal | null {
  const grant = GRANTS[capability][actor.role]
  if (grant === 'no')
    return 'INSUFFICIENT_PERMISSION'
  if (!matter)
    return null
  if (grant === 'assigned' && !isAssigned(actor, matter))
    return 'NOT_ASSIGNED'
  const pressing = matter.priority === 'HIGH' || matter.priority === 'URGENT'
  if (capability === 'hold' && actor.role === 'PARALEGAL' && pressing)
    return 'INSUFFICIENT_PERMISSION'
  return null
}

export function can(actor: Actor, capability: Capability, matter?: Pick<Matter, 'assignments' | 'priority'>): boolean {
  return refusePermission(actor, capability, matter) === null
}
