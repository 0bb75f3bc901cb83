import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join, relative, sep } from 'node:path'
import process from 'node:process'

/*
 * What the start and test scripts share. No dependencies, and nothing that Node 20.0 lacks: it runs
 * before anything is installed.
 */

export const ROOT = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..')
const MODULES = join(ROOT, 'node_modules')
const INSTALL_STAMP = join(MODULES, '.aster-install')
const OUTPUT = join(ROOT, '.output')
const BUILD_STAMP = join(OUTPUT, '.aster-build')

/** The built server's entry. */
export const SERVER_ENTRY = join(OUTPUT, 'server', 'index.mjs')

/** Everything that the built server is made of. */
const SOURCES = [
  'app.config.ts', 'app.vue', 'assets', 'components', 'composables', 'error.vue', 'i18n', 'layouts', 'middleware', 'modules', 'nuxt.config.ts',
  'package-lock.json', 'package.json', 'pages', 'plugins', 'public', 'server', 'service-worker', 'shared', 'stores', 'utils',
]

/** Ends the script with one line: what is wrong is the caller's to mend, and a stack would hide it. */
export class Stop extends Error {}

/**
 * Runs a script's body; a `Stop` becomes one line and exit code 1.
 *
 * @param {() => Promise<number>} main answers the exit code
 */
export async function run(main) {
  try {
    process.exitCode = await main()
  }
  catch (error) {
    if (!(error instanceof Stop))
      throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/** The Node that the packages need: the lockfile's own, or the one that runs this where it has none for the platform. */
export function pinnedNode() {
  const suffix = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = [`node-${suffix}`, `node-bin-${suffix}`].map(name => join(MODULES, name, 'bin', file)).find(existsSync)
  return found && !isMusl() ? found : process.execPath
}

/** The packaged Node is linked with glibc, which Alpine doesn't have. */
function isMusl() {
  return process.platform === 'linux' && !process.report?.getReport().header.glibcVersionRuntime
}

/**
 * The environment for a tool: whatever it starts as `node` is the pinned one.
 *
 * @param {Record<string, string | undefined>} [extra]
 */
export function toolEnv(extra = {}) {
  const path = [dirname(pinnedNode()), join(MODULES, '.bin'), process.env.PATH].filter(Boolean).join(delimiter)
  return { ...process.env, NUXT_TELEMETRY_DISABLED: '1', PATH: path, ...extra }
}

/**
 * Starts a file of the project or of a package with the pinned Node and waits for its end.
 *
 * @param {string} file relative to the project, or to node_modules
 * @param {string[]} [args]
 * @param {{ env?: Record<string, string | undefined>, quiet?: boolean, hear?: (output: string) => void }} [options]
 *   quiet: its output shows only when it fails; hear: is given the output, too
 * @returns {Promise<number>} its exit code
 */
export function runTool(file, args = [], { env = {}, ...options } = {}) {
  const path = [join(ROOT, file), join(MODULES, file)].find(existsSync)
  if (!path)
    throw new Stop(`There is no ${file}, neither in the project nor in its packages.`)
  return runProcess(pinnedNode(), [path, ...args], { env: toolEnv(env), ...options })
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: Record<string, string | undefined>, quiet?: boolean, hear?: (output: string) => void, cwd?: string }} options
 * @returns {Promise<number>}
 */
export function runProcess(command, args, { env, quiet = false, hear, cwd = ROOT }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: quiet || hear ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] })
    /** @type {string[]} */
    const said = []
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      from?.setEncoding('utf8').on('data', (output) => {
        hear?.(output)
        if (quiet)
          said.push(output)
        else
          to.write(output)
      })
    }
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code !== 0 && quiet)
        process.stderr.write(said.join(''))
      resolve(signal ? 1 : code ?? 1)
    })
  })
}

/** Installs the packages when the lockfile isn't the one that they came from. */
export async function ensureInstalled() {
  const wanted = hashOf([join(ROOT, 'package-lock.json')])
  if (readStamp(INSTALL_STAMP) !== wanted) {
    if (!isInstalled()) {
      const from = Date.now()
      console.log('Installing the packages; this takes a minute or two …')
      rmSync(INSTALL_STAMP, { force: true })
      if (await npm(['ci'], ROOT) !== 0)
        throw new Stop('The packages could not be installed; npm says why above.')
      console.log(`Installed in ${seconds(from)}.`)
    }
    writeFileSync(INSTALL_STAMP, wanted)
  }
  linkNode()
}

/**
 * Runs npm, the one that runs us where there is one.
 *
 * @param {string[]} args
 * @param {string} cwd
 */
export function npm(args, cwd) {
  const quietly = [...args, '--loglevel=error', '--ignore-scripts', '--no-audit', '--no-fund']
  const own = process.env.npm_execpath
  const env = { ...process.env, npm_config_omit: '', NODE_ENV: '' }
  return own && basename(own).startsWith('npm')
    ? runProcess(process.execPath, [own, ...quietly], { env, cwd })
    : runProcess('npm', quietly, { env, cwd })
}

/** Whether npm's own record of what is installed agrees with the lockfile, as after an `npm ci` by hand. */
function isInstalled() {
  const record = join(MODULES, '.package-lock.json')
  if (!existsSync(record))
    return false
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(([path, { version, integrity, optional, peer }]) =>
    path === ''
    || (installed[path] ? installed[path].version === version && installed[path].integrity === integrity : optional || peer))
}

/** npm before 11 drops this link, because several packages bring the same one. */
function linkNode() {
  const link = join(MODULES, '.bin', 'node')
  const node = pinnedNode()
  if (process.platform === 'win32' || existsSync(link) || node === process.execPath)
    return
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(relative(dirname(link), node), link)
}

/** Writes the types and configurations that Nuxt generates, which lint, types and tests read. */
export async function ensurePrepared({ always = false } = {}) {
  if (!always && existsSync(join(ROOT, '.nuxt', 'eslint.config.mjs')))
    return
  if (await runTool('nuxt/bin/nuxt.mjs', ['prepare'], { quiet: true }) !== 0)
    throw new Stop('nuxt prepare failed; its output is above.')
}

/** Whether the server must be built: the sources aren't the ones it was built from. */
export function needsBuild() {
  return readStamp(BUILD_STAMP) !== sourcesHash()
}

/** Builds the server when the sources changed. */
export async function ensureBuilt() {
  const wanted = sourcesHash()
  if (readStamp(BUILD_STAMP) === wanted)
    return
  const from = Date.now()
  console.log('Building the board; this takes about a minute …')
  rmSync(BUILD_STAMP, { force: true })
  if (await runTool('nuxt/bin/nuxt.mjs', ['build'], { env: { NODE_ENV: 'production' }, quiet: true }) !== 0)
    throw new Stop('The build failed; its output is above.')
  writeFileSync(BUILD_STAMP, wanted)
  console.log(`Built in ${seconds(from)}.`)
}

/** Settings of `.env`, beside which the environment has the last word. */
export function loadDotEnv() {
  const file = join(ROOT, '.env')
  if (!existsSync(file))
    return
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    const [, name, quoted, bare] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:(["'].*["'])|([^#]*?))\s*(?:#.*)?$/.exec(line) ?? []
    if (name && process.env[name] === undefined)
      process.env[name] = quoted ? quoted.slice(1, -1) : bare
  }
}

/** @param {number} from epoch milliseconds */
export function seconds(from) {
  return `${((Date.now() - from) / 1_000).toFixed(1)} s`
}

function sourcesHash() {
  return hashOf(SOURCES.flatMap(source => filesIn(join(ROOT, source))))
}

/**
 * @param {string} path
 * @returns {string[]} the file itself, or all files in the folder, in an order of their own
 */
function filesIn(path) {
  if (!existsSync(path))
    return []
  try {
    return readdirSync(path, { withFileTypes: true })
      .sort((a, b) => a.name < b.name ? -1 : 1)
      .flatMap(entry => entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)])
  }
  catch (error) {
    if (error.code === 'ENOTDIR')
      return [path]
    throw error
  }
}

/** @param {string[]} files */
function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files)
    hash.update(relative(ROOT, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** @param {string} file */
function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
