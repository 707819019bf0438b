import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_NAMES } from '../src/config.ts'
import { CONFIG_TABLE } from '../src/config-table.ts'
import { CONTAINER_TABLE, PASSED_NAMES } from '../src/container-table.ts'

const ROOT = new URL('../../../', import.meta.url)
const readText = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

/** Every variable that the file takes from `.env`, with what stands for it where it is not set. */
const used = new Map(
  [...readText('docker-compose.yml').matchAll(/\$\{([A-Z_]+)(?::?-([^}]*)|:\?[^}]*)?\}/g)].map(
    ([, name = '', initial]) => [name, initial],
  ),
)
const names = [...used.keys()].filter((name) => name !== 'COMPOSE_PROJECT_NAME').sort()

describe('docker-compose.yml', () => {
  it('takes from .env what .env.example says, and nothing else', () => {
    expect(names).toEqual([...CONTAINER_TABLE.map(({ name }) => name), ...PASSED_NAMES].sort())
    for (const name of PASSED_NAMES) expect(CONFIG_NAMES).toContain(name)
  })

  it.each(CONTAINER_TABLE)(
    'has the default of $name that .env.example tells',
    ({ name, default: initial }) => {
      expect(used.get(name) ?? 'required').toBe(initial)
    },
  )

  it.each(['WORKER_CONCURRENCY', 'JOB_LOCK_MS', 'RECONCILE_INTERVAL_MS', 'LOG_LEVEL', 'LOG_FORMAT'])(
    'has the default of %s that the program has',
    (name) => {
      expect(used.get(name)).toBe(CONFIG_TABLE.find((entry) => entry.name === name)?.default)
    },
  )

  it('lets every process that may read the sample portal read it, the dashboard included', () => {
    const text = readText('docker-compose.yml')
    const [, shared = ''] = /^x-app-settings:(.*?)^x-/ms.exec(text) ?? []
    expect(shared).toContain('INSECURE_SOURCE_HOSTS: sample-portal.test:8080,')
    const [, dashboard = ''] = /^ {2}dashboard:(.*?)^ {2}\w/ms.exec(text) ?? []
    expect(dashboard).toContain('<<: *app-settings')
  })

  it('gives every process longer to stop than the process gives itself', () => {
    const text = readText('docker-compose.yml')
    const graceMs = Number(/SHUTDOWN_GRACE_MS: (\d+)/.exec(text)?.[1])
    const periodSeconds = Number(/stop_grace_period: (\d+)s/.exec(text)?.[1])
    expect(graceMs).toBeGreaterThanOrEqual(20_000)
    expect(periodSeconds * 1_000).toBeGreaterThan(graceMs)
  })

  it('refuses to start without every one of the passwords', () => {
    const files = readText('docker-compose.yml').match(/^ {4}file: .*$/gm) ?? []
    const passwords = files.filter((line) => !line.includes('NPMRC'))
    expect(passwords).toHaveLength(9)
    for (const line of passwords) expect(line).toMatch(/\$\{SECRETS_DIR:\?the passwords are missing/)
  })
})

describe('apps/create-secrets.sh', () => {
  it('makes every file that docker-compose.yml asks for', () => {
    const wanted = [...readText('docker-compose.yml').matchAll(/once[^}]*\}\/(\w+)$/gm)].map(
      ([, name]) => name,
    )
    const made = [...readText('apps/create-secrets.sh').matchAll(/^keep (\w+) /gm)].map(([, name]) => name)
    expect(made.sort()).toEqual(wanted.sort())
  })
})

describe('apps/Dockerfile', () => {
  it('names no front end, which would have to be pulled, and no registry', () => {
    const text = readText('apps/Dockerfile')
    expect(text).not.toMatch(/^#\s*syntax\s*=/im)
    expect(text).not.toMatch(/https?:\/\//)
  })

  it('runs as a user who is not root, on the Node that the product is tested with', () => {
    const text = readText('apps/Dockerfile')
    const [major] = /(?<=^ {2}node: )\d+/m.exec(readText('pnpm-workspace.yaml')) ?? []
    expect(text.match(/^FROM \S+/gm)).toEqual(Array(3).fill(`FROM node:${major}-bookworm-slim`))
    expect(text.match(/^USER .*$/gm)).toEqual(['USER node'])
  })

  it('gives the files that it runs to that user, whatever the modes of the checkout', () => {
    const [last = ''] = readText('apps/Dockerfile')
      .split(/^FROM /m)
      .slice(-1)
    const copies = last.match(/^COPY .*$/gm) ?? []
    expect(copies).toHaveLength(2)
    for (const line of copies) expect(line).toMatch(/^COPY --chown=node:node /)
  })
})
