import process from 'node:process'
import { readProtocolRules } from '../tests/helpers/protocol-rules.ts'

/*
 * `npm run rules`: which rules of docs/protocol.md no test names. It fails when one of them is in force.
 */

const { documented, inForce, proven } = readProtocolRules()
const unproven = inForce.filter(rule => !proven.has(rule))
const ahead = [...documented].filter(rule => !inForce.includes(rule) && !proven.has(rule))

console.log(`${documented.size} rules, ${inForce.length} in force, ${[...proven.keys()].length} named by tests.`)
console.log(`In force without a test: ${unproven.join(' ') || 'none'}`)
console.log(`Not yet in force, without a test: ${ahead.join(' ') || 'none'}`)
process.exitCode = unproven.length > 0 ? 1 : 0
