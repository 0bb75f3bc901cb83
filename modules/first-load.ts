import { join } from 'node:path'
import { defineNuxtModule } from '@nuxt/kit'

/** What the bundler tells of a module while it forms chunks. */
interface Graph { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null }

/** Libraries that import nothing of ours: their file stays the same from release to release, and so does a browser's copy of it. */
const LIBRARIES = /node_modules[\\/](?:@intlify|@vue|@vueuse|pinia|reka-ui|tailwind-variants|vue|vue-i18n|vue-router)[\\/]/

/** What long lists are drawn by: those of the board, and those of select menus on other pages, which need nothing else of the board. */
const LISTS = /node_modules[\\/]@tanstack[\\/]/
/** Of a few bytes, and wanted by most pages. */
const PAGE_META = /nuxt[\\/]dist[\\/]pages[\\/]runtime[\\/]composables\.js$/

const isPackage = (id: string) => id.includes('node_modules')
/** Names all that a package has; which of it is used the bundler knows, and takes along by itself. */
const isPackageIndex = (id: string) => /node_modules[\\/].*[\\/]index\.m?js$/.test(id)

/**
 * Merges what pages always load together into a few files. By itself the bundler makes one for each set of
 * pages and dialogs that share something: dozens of small ones, for each of which a browser behind a proxy waits.
 *
 * `libraries` and the entry come with every page, `account` with the sign-in and with the board, `desk` with every
 * page of somebody who is signed in, `board` and `lists` with the board. Whatever is opened later stays in files of its own.
 */
export default defineNuxtModule({
  meta: { name: 'aster:first-load' },
  setup(_options, nuxt) {
    const at = (path: string) => join(nuxt.options.srcDir, path)
    const frame = [at('layouts/default.vue')]
    const board = [at('pages/boards/[boardId].vue')]
    const signIn = [at('layouts/plain.vue'), at('pages/login.vue')]
    const others = ['admin', 'import', 'preferences', 'boards/assignments'].map(name => at(`pages/${name}.vue`))

    const known = new Map<string, ReadonlySet<string>>()
    /** Our files that are there before `root` runs, and what they name of packages. Without `root`, which the page is found by. */
    function closure(root: string, graph: Graph): ReadonlySet<string> {
      const before = known.get(root)
      if (before)
        return before
      const found = new Set<string>()
      known.set(root, found)
      const queue = [root]
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const next = isPackage(id) ? [] : graph.getModuleInfo(id)?.importedIds ?? []
        for (const imported of next) {
          if (found.has(imported) || imported === root || isPackageIndex(imported))
            continue
          found.add(imported)
          queue.push(imported)
        }
      }
      return found
    }
    const isIn = (roots: readonly string[], id: string, graph: Graph) => roots.some(root => closure(root, graph).has(id))
    const group = (name: string, priority: number, has: (id: string, graph: Graph) => boolean) =>
      ({ name: (id: string, graph: Graph) => has(id, graph) ? name : null, debugName: name, priority })

    nuxt.options.vite.$client = {
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'libraries', tags: ['$initial'], test: LIBRARIES, priority: 5 },
                { name: 'entry', tags: ['$initial'], priority: 4 },
                { name: 'lists', test: LISTS, priority: 4 },
                group('account', 3, (id, graph) => PAGE_META.test(id) || (isIn(signIn, id, graph) && isIn([...frame, ...board], id, graph))),
                group('desk', 2, (id, graph) => isIn(frame, id, graph) || (isIn(board, id, graph) && isIn(others, id, graph))),
                group('board', 1, (id, graph) => isIn(board, id, graph)),
              ],
            },
          },
        },
      },
    }
  },
})
