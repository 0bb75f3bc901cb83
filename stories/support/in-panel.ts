import type { Component, ConcreteComponent } from 'vue'
import { defineComponent, h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import { provideMatterPanel } from '~/composables/useMatterPanel.ts'

/** A part of the panel of a matter, without the others; to be put on a board. */
export function inPanel(matter: Matter, content: Component): ConcreteComponent {
  return defineComponent({
    setup() {
      provideMatterPanel(matter)
      return () => h(content)
    },
  })
}
