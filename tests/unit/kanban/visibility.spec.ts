import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Confidentiality } from '#shared/kanban/matter.ts'
import { CONFIDENTIALITIES } from '#shared/kanban/matter.ts'
import type { Role } from '#shared/kanban/member.ts'
import { isLawyer, isStaff, ROLES } from '#shared/kanban/member.ts'
import { canKnow, canSee, canSeeComments, isAssigned } from '#shared/kanban/visibility.ts'
import { assign, buildMatter, buildMember, PEOPLE, personWith } from '../../helpers/builders.ts'

/** Who sees a matter of others, and who sees their own, by confidentiality: NORMAL, RESTRICTED, SEALED. */
const SEES: Record<Role, { others: [boolean, boolean, boolean], own: [boolean, boolean, boolean] }> = {
  PARTNER: { others: [true, true, false], own: [true, true, true] },
  ASSOCIATE: { others: [true, true, false], own: [true, true, true] },
  PARALEGAL: { others: [true, false, false], own: [true, true, true] },
  CLERK: { others: [true, false, false], own: [true, true, true] },
  // A client's own matter is one that names them as its client; the seal keeps them out too.
  CLIENT: { others: [false, false, false], own: [true, true, false] },
  ADMIN: { others: [false, false, false], own: [false, false, false] },
}

const cases = ROLES.flatMap(role => CONFIDENTIALITIES.map((confidentiality, index) =>
  ({ role, confidentiality, others: SEES[role].others[index]!, own: SEES[role].own[index]! })))

function matterOf(role: Role, confidentiality: Confidentiality) {
  const member = personWith(role)
  return role === 'CLIENT'
    ? buildMatter({ confidentiality, clientMemberIds: [member.id] })
    : buildMatter({ confidentiality, assignments: [assign(PEOPLE.partner2), assign(member, 'CONSULTANT')] })
}

describe('who sees a matter', () => {
  it.each(cases)('a $role sees a $confidentiality matter: of others $others, own $own', ({ role, confidentiality, others, own }) => {
    const stranger = buildMatter({ confidentiality, assignments: [assign(PEOPLE.partner2)] })
    expect(canSee(personWith(role), stranger)).toBe(others)
    expect(canSee(personWith(role), matterOf(role, confidentiality))).toBe(own)
  })

  it('gives a client nothing for standing among the assigned, and staff nothing for standing among the clients', () => {
    expect(canSee(PEOPLE.client, buildMatter({ assignments: [assign(PEOPLE.client, 'CONSULTANT')] }))).toBe(false)
    expect(canSee(PEOPLE.clerk, buildMatter({ confidentiality: 'SEALED', clientMemberIds: [PEOPLE.clerk.id] }))).toBe(false)
  })

  it('never shows more when a matter is narrowed', () => {
    const people = fc.constantFrom(...Object.values(PEOPLE))
    fc.assert(fc.property(people, fc.uniqueArray(people, { selector: ({ id }) => id }), fc.boolean(), (actor, assigned, isClient) => {
      const seen = CONFIDENTIALITIES.map(confidentiality => canSee(actor, buildMatter({
        confidentiality,
        assignments: assigned.map(member => assign(member, 'CONSULTANT')),
        clientMemberIds: isClient ? [actor.id] : [],
      })))
      expect(seen).toEqual([...seen].sort((a, b) => Number(b) - Number(a)))
    }))
  })

  it('keeps comments among staff', () => {
    expect(ROLES.filter(role => canSeeComments(personWith(role)))).toEqual(['PARTNER', 'ASSOCIATE', 'PARALEGAL', 'CLERK'])
  })

  it('lets a client know the people named on their own matters, and everybody else everyone', () => {
    const matters = [buildMatter({ assignments: [assign(PEOPLE.associate)], createdBy: PEOPLE.clerk.id, updatedBy: PEOPLE.paralegal.id })]
    const known = (reader: typeof PEOPLE[keyof typeof PEOPLE]) => Object.values(PEOPLE).filter(member => canKnow(reader, member, matters))
    expect(known(PEOPLE.client)).toEqual([PEOPLE.associate, PEOPLE.paralegal, PEOPLE.clerk, PEOPLE.client])
    expect(known(PEOPLE.admin)).toEqual(Object.values(PEOPLE))
    expect(known(PEOPLE.clerk)).toEqual(Object.values(PEOPLE))
  })

  it('keeps one client from another, whatever a matter says', () => {
    const other = buildMember({ role: 'CLIENT' })
    expect(canKnow(PEOPLE.client, other, [buildMatter({ createdBy: other.id })])).toBe(false)
  })

  it('knows lawyers, staff and the assigned', () => {
    expect(ROLES.filter(role => isLawyer({ role }))).toEqual(['PARTNER', 'ASSOCIATE'])
    expect(ROLES.filter(role => isStaff({ role }))).toEqual(['PARTNER', 'ASSOCIATE', 'PARALEGAL', 'CLERK'])
    const matter = buildMatter({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] })
    expect(isAssigned(PEOPLE.clerk, matter)).toBe(true)
    expect(isAssigned(PEOPLE.partner, matter)).toBe(false)
  })
})

describe('who is known to whom', () => {
  const client = personWith('CLIENT')
  const otherClient = { id: '01900000-0000-7000-8000-00000000c0de', role: 'CLIENT' } as const
  const lawyer = personWith('ASSOCIATE')
  const matter = buildMatter({ assignments: [assign(lawyer)], createdBy: PEOPLE.partner.id, updatedBy: PEOPLE.partner.id, clientMemberIds: [client.id] })

  it('everyone, to those who work at the firm and to administrators', () => {
    for (const role of ROLES.filter(role => role !== 'CLIENT'))
      expect(canKnow(personWith(role), otherClient, [])).toBe(true)
  })

  it('to a client: themselves and the people named on their matters', () => {
    expect(canKnow(client, client, [])).toBe(true)
    expect(canKnow(client, lawyer, [matter])).toBe(true)
    expect(canKnow(client, PEOPLE.partner, [matter])).toBe(true)
    expect(canKnow(client, lawyer, [])).toBe(false)
    expect(canKnow(client, personWith('CLERK'), [matter])).toBe(false)
  })

  it('no other client, on whatever matter', () => {
    expect(canKnow(client, otherClient, [{ ...matter, createdBy: otherClient.id }])).toBe(false)
  })
})
