// @ts-check
import withNuxt from './.nuxt/eslint.config.mjs'

/*
 * Which way imports point (docs/architecture.md) and what the pure code may not touch is held here,
 * because neither the type check nor the build minds.
 */

const CODE = '{ts,vue,mjs}'

/** Own files are imported with their extension, so that plain Node runs them too. */
const EXTENSION = {
  selector: ':matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, ExportAllDeclaration)'
    + '[source.value=/^(\\.{1,2}|#shared|#server|~|@)\\/(?!.*\\.(ts|vue|mjs|json|css)(\\?\\w+)?$)/]',
  message: 'Import own files with their extension.',
}

/** What makes a run of the pure code differ from the next: it comes in as an argument instead. */
const CHANCE_AND_TIME = [
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'Take the time as an argument.' },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Take the time as an argument.' },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Take chance as an argument.' },
  { selector: 'MemberExpression[object.name="performance"]', message: 'Take the time as an argument.' },
]

const WORLD = ['fetch', '$fetch', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'queueMicrotask', 'requestAnimationFrame',
  'window', 'document', 'navigator', 'localStorage', 'process', 'WebSocket']

const FRAMEWORKS = ['vue', 'vue-router', 'pinia', 'nuxt', 'nuxt/*', '@nuxt/*', '@vueuse/*', '#imports', '#app', '#app/*', '#components', 'h3', 'nitropack', 'nitropack/*', 'node:*']

/**
 * @param {string} folder whose files may not import `groups`
 * @param {string[]} groups
 * @param {string} message
 * @returns {import('eslint').Linter.Config}
 */
const keepOut = (folder, groups, message) => ({
  name: `aster/imports/${folder}`,
  files: [`${folder}/**/*.${CODE}`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: groups, message }] }] },
})

/** @param {string[]} folders */
const own = (...folders) => folders.flatMap(folder => [`~/${folder}`, `~/${folder}/**`, `**/../${folder}/**`])
const SERVER = ['#server', '#server/**', ...own('server')]
const VIEW = own('pages', 'components', 'composables', 'stores', 'plugins', 'layouts')

export default withNuxt(
  { ignores: ['coverage/**', '.data/**', 'test-results/**', 'playwright-report/**'] },
  {
    name: 'aster/style',
    files: [`**/*.${CODE}`],
    rules: {
      '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      '@stylistic/arrow-parens': ['error', 'as-needed', { requireForBlockBody: true }],
      '@stylistic/indent-binary-ops': 'off',
      '@stylistic/operator-linebreak': ['error', 'before', { overrides: { '=': 'ignore' } }],
      '@stylistic/multiline-ternary': 'off',
      '@stylistic/max-statements-per-line': 'off',
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true }],
      'no-restricted-syntax': ['error', EXTENSION],
      'eqeqeq': ['error', 'smart'],
      'no-console': 'error',
    },
  },
  {
    name: 'aster/types',
    files: ['**/*.{ts,vue}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports', fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
    },
  },
  {
    name: 'aster/vue',
    files: ['**/*.vue'],
    rules: {
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/define-macros-order': ['error', { order: ['defineProps', 'defineEmits', 'defineModel', 'defineSlots'] }],
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      '@stylistic/max-len': 'off',
    },
  },
  { name: 'aster/terminal', files: ['scripts/**', 'tests/crash/**', 'tests/helpers/**', 'server/plugins/**', 'server/utils/**', '*.config.*'], rules: { 'no-console': 'off' } },

  keepOut('shared/kanban', [...FRAMEWORKS, ...SERVER, ...VIEW, '#shared/protocol/**', '#shared/realtime/**', '#shared/sync/**', '#shared/config/**'],
    'The domain knows nothing above it.'),
  keepOut('shared/protocol', [...FRAMEWORKS, ...SERVER, ...VIEW, '#shared/realtime/**', '#shared/sync/**'], 'The wire knows only the domain.'),
  keepOut('shared/realtime', [...FRAMEWORKS, ...SERVER, ...VIEW, '#shared/sync/**'], 'Bytes and timing know only the wire and the domain.'),
  keepOut('shared/sync', [...FRAMEWORKS, ...SERVER, ...VIEW], 'shared/ knows no Vue, no Nuxt and no server.'),
  keepOut('shared/config', [...FRAMEWORKS, ...SERVER, ...VIEW], 'shared/ knows no Vue, no Nuxt and no server.'),
  keepOut('shared/import', [...FRAMEWORKS, ...SERVER, ...VIEW], 'shared/ knows no Vue, no Nuxt and no server.'),
  keepOut('stores', [...SERVER, ...own('pages', 'components', 'layouts'), '~/composables/*', '**/../composables/*', '!~/composables/useApi.ts'],
    'Stores know shared/ and how the API is called.'),
  keepOut('composables', [...SERVER, ...own('pages', 'components', 'layouts')], 'Composables know stores and shared/.'),
  keepOut('components', [...SERVER, ...own('pages', 'layouts')], 'Components know composables, stores and shared/.'),
  keepOut('pages', SERVER, 'Pages reach the server through its API.'),
  keepOut('server/db', [...VIEW, '#server/api/**', '#server/services/**', '#server/utils/**', 'h3', '#imports', 'vue'], 'The database knows only shared/.'),
  keepOut('server/services', [...VIEW, '#server/api/**', '#server/utils/**', 'h3', '#imports', 'vue'], 'Services know no HTTP.'),
  keepOut('server/bus', [...VIEW, '#server/api/**', '#server/services/**', '#server/utils/**', 'h3', '#imports', 'vue'], 'The bus knows only shared/.'),
  keepOut('server/api', [...VIEW, '#server/db/**', 'vue'], 'Handlers ask a service.'),
  {
    name: 'aster/pure',
    files: [`shared/**/*.${CODE}`],
    ignores: ['shared/realtime/clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...WORLD.map(name => ({ name, message: 'shared/ takes the world as arguments.' }))],
      'no-restricted-syntax': ['error', EXTENSION, ...CHANCE_AND_TIME],
    },
  },
)
