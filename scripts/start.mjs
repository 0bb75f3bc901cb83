import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, loadDotEnv, needsBuild, pinnedNode, ROOT, run, runTool, SERVER_ENTRY, Stop, toolEnv } from './env.mjs'

const HELP = `npm start

Installs and builds what is needed, then serves the board. Settings come from the environment or from .env:
PORT, HOST, DATA_DIR, DATABASE_URL, DEMO, ADMIN_EMAIL, ADMIN_PASSWORD and more; .env.example lists them all.

npm start -- --no-build   serves what was built last, whatever changed since`

const DEMO_ACCOUNTS = [
  ['partner@demo.test', 'partner'], ['partner2@demo.test', 'partner'], ['associate@demo.test', 'associate'], ['paralegal@demo.test', 'paralegal'],
  ['clerk@demo.test', 'clerk'], ['client@demo.test', 'client, read only'], ['admin@demo.test', 'administrator: members and boards'],
]
const DEMO_PASSWORD = 'demo-password'

/** How long the server before this one, told to end a moment ago, may still hold the port. */
const PATIENCE_MS = 1_500
/** A server that takes longer than this to end is ended. */
const GRACE_MS = 15_000

await run(async () => {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(HELP)
    return 0
  }
  const unknown = args.find(argument => argument !== '--no-build')
  if (unknown !== undefined)
    throw new Stop(`npm start takes no ${unknown}; settings come from the environment, see .env.example.`)
  loadDotEnv()
  const port = readPort(process.env.PORT)
  const host = process.env.HOST?.trim() || '127.0.0.1'
  const dataDir = resolve(ROOT, process.env.DATA_DIR?.trim() || '.data')
  await checkAddress(port, host)
  checkDataDir(dataDir)
  if (!args.includes('--no-build')) {
    await ensureInstalled()
    // Said before a minute is spent on the build; without one the server says it itself.
    if (needsBuild() && await runTool('scripts/check-config.ts', [], { env: { DATA_DIR: dataDir } }) !== 0)
      return 1
    await ensureBuilt()
  }
  else if (!existsSync(SERVER_ENTRY)) {
    throw new Stop('Nothing was built yet: leave out --no-build.')
  }
  return serve({ port, host, dataDir })
})

/**
 * Serves until the server ends or somebody ends us.
 *
 * @param {{ port: number, host: string, dataDir: string }} where
 * @returns {Promise<number>} the exit code
 */
function serve({ port, host, dataDir }) {
  const server = spawn(pinnedNode(), [SERVER_ENTRY], {
    cwd: ROOT,
    env: toolEnv({ NODE_ENV: 'production', PORT: String(port), HOST: host, NITRO_PORT: '', NITRO_HOST: '', DATA_DIR: dataDir }),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let stopping = false
  const stop = () => {
    if (stopping)
      return
    stopping = true
    server.kill('SIGTERM')
    setTimeout(() => server.kill('SIGKILL'), GRACE_MS).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, stop)
  // npm answers SIGTERM by ending the shell between it and us, and tells us nothing: our parent changes.
  const parent = process.ppid
  const watch = process.env.npm_lifecycle_event ? setInterval(() => process.ppid !== parent && stop(), 200) : undefined

  void announce(server, port, host)
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.once('close', (code, signal) => {
      clearInterval(watch)
      if (!stopping && signal)
        console.error(`The server was ended by ${signal}.`)
      done(stopping ? 0 : code ?? 1)
    })
  })
}

/**
 * Waits until the server answers, then says where, and who may sign in.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {number} port
 * @param {string} host
 */
async function announce(server, port, host) {
  const address = `http://${reachable(host)}:${port}`
  const from = Date.now()
  let told = false
  while (server.exitCode === null && server.signalCode === null) {
    const answer = await fetch(`${address}/api/health`).catch(() => null)
    if (answer?.ok) {
      const { demo } = await answer.json()
      console.log(`\nAster Board is at ${process.env.BASE_URL?.trim() || address}`)
      if (demo)
        console.log(`\nDemo accounts, password ${DEMO_PASSWORD}:\n${DEMO_ACCOUNTS.map(([email, role]) => `  ${email.padEnd(22)}${role}`).join('\n')}`)
      console.log('\nCtrl-C stops it.')
      return
    }
    if (!told && Date.now() - from > 5_000) {
      told = true
      console.log('Opening the database …')
    }
    await new Promise(next => setTimeout(next, 50))
  }
}

/** @param {string} host */
function reachable(host) {
  if (host === '0.0.0.0')
    return '127.0.0.1'
  if (host === '::')
    return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** @param {string | undefined} text */
function readPort(text) {
  if (!text?.trim())
    return 3000
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Stop(`PORT must be a number from 1 to 65535, not ${JSON.stringify(text)}.`)
  return port
}

/**
 * @param {number} port
 * @param {string} host
 */
async function checkAddress(port, host) {
  const until = Date.now() + PATIENCE_MS
  let code = await tryAddress(port, host)
  while (code === 'EADDRINUSE' && Date.now() < until) {
    await new Promise(next => setTimeout(next, 100))
    code = await tryAddress(port, host)
  }
  if (code === 'EADDRINUSE')
    throw new Stop(`Port ${port} is taken on ${host}: stop what uses it, or choose another with PORT.`)
  if (code === 'EACCES')
    throw new Stop(`Port ${port} needs more rights than this user has: choose one above 1023 with PORT.`)
  if (code)
    throw new Stop(`The server can't listen on ${host}, port ${port} (${code}): set HOST to an address of this machine.`)
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | null>} the error's code when nobody can listen there
 */
function tryAddress(port, host) {
  const probe = createServer()
  return new Promise((done) => {
    probe.once('error', error => done(error.code))
    probe.listen(port, host, () => probe.close(() => done(null)))
  })
}

/** @param {string} folder */
function checkDataDir(folder) {
  try {
    makeFolder(folder)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  }
  catch (error) {
    throw new Stop(`The data folder ${folder} can't be written (${error.code}): choose another with DATA_DIR.`)
  }
}

/**
 * Node's own recursive mkdir never returns where the system has no place for folders, as below /proc.
 *
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder))
    return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
