import { computed } from 'vue'
import type { UseFirmPeopleReturn } from '~/composables/useFirmPeople.ts'
import { PEOPLE, TIME_ZONE } from '../../tests/helpers/builders.ts'

/** Stands in for the app's own of this name: a firm whose people are known without a device. */
export function useFirmPeople(): UseFirmPeopleReturn {
  return {
    nameOf: id => Object.values(PEOPLE).find(member => member.id === id)?.name ?? null,
    timeZone: computed(() => TIME_ZONE),
    learn: async () => {},
  }
}
