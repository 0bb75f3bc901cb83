import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineVitestProject } from '@nuxt/test-utils/config'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** A project on plain Node: no Nuxt is loaded, and `#imports` is a handful of stubs. */
function plainProject(name: string, test: TestProjectInlineConfiguration['test'] = {}): TestProjectInlineConfiguration {
  return {
    resolve: {
      alias: {
        '#imports': path('./tests/helpers/nuxt-imports.ts'),
        '#shared': path('./shared'),
        '#server': path('./server'),
        '~': path('.'),
      },
    },
    test: { name, include: [`tests/${name}/**/*.spec.ts`], environment: 'node', restoreMocks: true, ...test },
  }
}

/** Loading Nuxt takes seconds, so a run of other projects alone leaves it out. */
function wantsNuxt(): boolean {
  const named = process.argv.flatMap((argument, index, all) =>
    argument === '--project' ? [all[index + 1] ?? ''] : argument.startsWith('--project=') ? [argument.slice('--project='.length)] : [])
  return named.length === 0 || named.some(name => name === 'nuxt' || name.includes('*') || name.startsWith('!'))
}

const strict = { setupFiles: ['tests/helpers/no-unexpected-warnings.ts'] }
const projects: TestProjectInlineConfiguration[] = [
  // Room for the property tests on a machine that others use, too.
  plainProject('unit', { ...strict, testTimeout: 20_000 }),
  plainProject('simulation', { ...strict, testTimeout: 60_000 }),
  plainProject('contract', { ...strict, testTimeout: 30_000, hookTimeout: 30_000 }),
  plainProject('integration', { ...strict, testTimeout: 60_000, hookTimeout: 60_000 }),
]
if (wantsNuxt()) {
  projects.push(await defineVitestProject({
    test: {
      name: 'nuxt',
      include: ['tests/nuxt/**/*.spec.ts'],
      setupFiles: ['tests/helpers/quiet-nuxt.ts', ...strict.setupFiles],
      environment: 'nuxt',
      environmentOptions: { nuxt: { domEnvironment: 'happy-dom' } },
      testTimeout: 30_000,
      hookTimeout: 60_000,
    },
  }))
}

export default defineConfig({
  test: {
    projects,
    // One less than the cores, as usual, would leave half of a machine with two idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Time in tests is a fixed one, whatever the machine's.
    env: { TZ: 'UTC' },
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'composables/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
})
