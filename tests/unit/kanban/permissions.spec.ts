import { describe, expect, it } from 'vitest'
import type { Priority } from '#shared/kanban/matter.ts'
import { PRIORITIES } from '#shared/kanban/matter.ts'
import type { Role } from '#shared/kanban/member.ts'
import { ROLES } from '#shared/kanban/member.ts'
import type { Capability } from '#shared/kanban/permissions.ts'
import { can, refusePermission } from '#shared/kanban/permissions.ts'
import { assign, buildMatter, personWith } from '../../helpers/builders.ts'

type Answer = 'yes' | 'assigned' | 'no'

/** The table of docs/domain.md, written down a second time: PARTNER, ASSOCIATE, PARALEGAL, CLERK, CLIENT, ADMIN. */
const TABLE: Record<Capability, [Answer, Answer, Answer, Answer, Answer, Answer]> = {
  create: ['yes', 'yes', 'yes', 'yes', 'no', 'no'],
  edit: ['yes', 'assigned', 'assigned', 'assigned', 'no', 'no'],
  move: ['yes', 'assigned', 'assigned', 'assigned', 'no', 'no'],
  comment: ['yes', 'assigned', 'assigned', 'assigned', 'no', 'no'],
  criticalMove: ['yes', 'assigned', 'no', 'no', 'no', 'no'],
  close: ['yes', 'no', 'no', 'no', 'no', 'no'],
  requestClose: ['yes', 'assigned', 'no', 'no', 'no', 'no'],
  reopen: ['yes', 'no', 'no', 'no', 'no', 'no'],
  delete: ['yes', 'no', 'no', 'no', 'no', 'no'],
  classify: ['yes', 'no', 'no', 'no', 'no', 'no'],
  hold: ['yes', 'assigned', 'assigned', 'no', 'no', 'no'],
  prioritise: ['yes', 'assigned', 'no', 'no', 'no', 'no'],
  assign: ['yes', 'assigned', 'no', 'no', 'no', 'no'],
  import: ['yes', 'no', 'no', 'no', 'no', 'yes'],
  export: ['yes', 'assigned', 'no', 'no', 'no', 'no'],
  administer: ['no', 'no', 'no', 'no', 'no', 'yes'],
}

const cells = Object.entries(TABLE).flatMap(([capability, row]) =>
  ROLES.map((role, index) => ({ capability: capability as Capability, role, answer: row[index]! })))

function matterFor(role: Role, isAssigned: boolean, priority: Priority = 'MEDIUM') {
  return buildMatter({ priority, assignments: isAssigned ? [assign(personWith(role), 'CONSULTANT')] : [] })
}

describe('who may do what', () => {
  it.each(cells)('$capability by a $role: $answer', ({ capability, role, answer }) => {
    const actor = personWith(role)
    const onOwn = refusePermission(actor, capability, matterFor(role, true))
    const onOther = refusePermission(actor, capability, matterFor(role, false))
    const somewhere = refusePermission(actor, capability)
    expect({ onOwn, onOther, somewhere }).toEqual({
      yes: { onOwn: null, onOther: null, somewhere: null },
      assigned: { onOwn: null, onOther: 'NOT_ASSIGNED', somewhere: null },
      no: { onOwn: 'INSUFFICIENT_PERMISSION', onOther: 'INSUFFICIENT_PERMISSION', somewhere: 'INSUFFICIENT_PERMISSION' },
    }[answer])
  })

  it.each(PRIORITIES)('a paralegal holds an own matter of priority %s unless it presses', (priority) => {
    const pressing = priority === 'HIGH' || priority === 'URGENT'
    expect(refusePermission(personWith('PARALEGAL'), 'hold', matterFor('PARALEGAL', true, priority)))
      .toBe(pressing ? 'INSUFFICIENT_PERMISSION' : null)
    expect(refusePermission(personWith('ASSOCIATE'), 'hold', matterFor('ASSOCIATE', true, priority))).toBeNull()
    expect(refusePermission(personWith('PARTNER'), 'hold', matterFor('PARTNER', false, priority))).toBeNull()
  })

  it('says first that a matter is not theirs, then that it presses', () => {
    expect(refusePermission(personWith('PARALEGAL'), 'hold', matterFor('PARALEGAL', false, 'URGENT'))).toBe('NOT_ASSIGNED')
  })

  it('lets an urgent matter be edited and moved by whoever is assigned', () => {
    expect(can(personWith('PARALEGAL'), 'edit', matterFor('PARALEGAL', true, 'URGENT'))).toBe(true)
    expect(can(personWith('CLERK'), 'move', matterFor('CLERK', true, 'URGENT'))).toBe(true)
  })

  it('answers in short whether one can', () => {
    expect(can(personWith('PARTNER'), 'delete', matterFor('PARTNER', false))).toBe(true)
    expect(can(personWith('ADMIN'), 'edit', matterFor('ADMIN', true))).toBe(false)
  })
})
