import { mountSuspended } from '@nuxt/test-utils/runtime'
import { expect, it } from 'vitest'
import ActivityPeople from '~/components/activity/ActivityPeople.vue'
import { NOW, PEOPLE } from '../../helpers/builders.ts'

const MINUTE_MS = 60_000
const { partner2, clerk } = PEOPLE
const came = (agoMs: number) => ({ member: partner2, at: NOW - agoMs })

it.each([
  ['within the last minute as just now, which has no number', { joined: [came(MINUTE_MS - 1)] }, 'has just come'],
  ['within the last minute by a clock that runs ahead', { joined: [came(-5_000)] }, 'has just come'],
  ['before that by how long ago it was', { joined: [came(5 * MINUTE_MS)] }, 'came 5 min. ago'],
  ['who left just now before who came', { joined: [came(9 * MINUTE_MS)], left: [{ member: clerk, at: NOW }] }, 'has just left'],
] as const)('tells who came or left %s', async (_, passages, words) => {
  const page = await mountSuspended(ActivityPeople, { props: { people: [], left: [], now: NOW, ...passages } })
  const who = 'left' in passages ? clerk : partner2
  expect(page.findAll('p')[1]!.text()).toBe(`${who.name} ${words}`)
})
