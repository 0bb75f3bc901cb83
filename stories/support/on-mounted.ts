import type { Component } from 'vue'
import { defineComponent, onMounted } from 'vue'

/** Draws nothing itself: runs `prepare` in its setup, and what that returns once the page stands. */
export function onceShown(prepare: () => () => unknown): Component {
  return defineComponent(() => {
    const run = prepare()
    onMounted(() => void run())
    return () => null
  })
}
