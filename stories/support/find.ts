import { waitFor } from 'storybook/test'

/** So long a part of a page may take, in milliseconds. */
const PATIENCE_MS = 5_000

/** The last that fits a selector, once it is there. */
export function find(selector: string, root: ParentNode = document): Promise<HTMLElement> {
  return waitFor(() => {
    const found = [...root.querySelectorAll<HTMLElement>(selector)].at(-1)
    if (!found)
      throw new Error(`There is no ${selector}.`)
    return found
  }, { timeout: PATIENCE_MS })
}
