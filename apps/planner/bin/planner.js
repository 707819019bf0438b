#!/usr/bin/env node
// Starts the CLI on the Node that the checkout brings along, as the machine's own may be older, and points it at the stack
// that "npm start" keeps up in this checkout unless the environment names a database.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../', import.meta.url)
const node = fileURLToPath(new URL('node_modules/.bin/node', root))
const main = fileURLToPath(new URL('apps/planner/src/main.ts', root))

if (!existsSync(node)) {
  process.stderr.write(
    'planner: this checkout is not installed yet; run "npm run demo" or "npm start" once\n',
  )
  process.exit(2)
}

const { readRunningStack } = await import('@gather/local-stack')
const named = process.env.MYSQL_URL !== undefined || process.env.MYSQL_URL_FILE !== undefined
const stack = named ? {} : readRunningStack(fileURLToPath(root))
const child = spawn(node, [main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...stack, ...process.env },
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
