import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { findRoots } from '../src/containers/find-roots.ts'
import { type InspectedContainer, judgeContainer } from '../src/containers/judge-container.ts'
import { runCommand } from '../src/containers/run-docker.ts'
import { eventually } from '../src/eventually.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const EMPTY = mkdtempSync(`${tmpdir()}/gather-no-docker-`)
afterAll(() => rmSync(EMPTY, { recursive: true, force: true }))

type HostConfig = InspectedContainer['HostConfig']

const SHUT: HostConfig = {
  ReadonlyRootfs: true,
  Privileged: false,
  CapDrop: ['ALL'],
  CapAdd: null,
  SecurityOpt: ['no-new-privileges:true'],
  Memory: 512 * 1024 ** 2,
  PidsLimit: 256,
  PortBindings: {},
}

const judge = (service: string, changes: Partial<HostConfig> = {}, user = 'node') =>
  judgeContainer({
    Name: `/x-${service}-1`,
    HostConfig: { ...SHUT, ...changes },
    Config: { User: user, Labels: { 'com.docker.compose.service': service } },
  })

describe('the judge of containers', () => {
  it('finds nothing in one that is shut, nor in the dashboard on the loopback address', () => {
    expect(judge('worker')).toEqual([])
    expect(judge('dashboard', { PortBindings: { '3000/tcp': [{ HostIp: '127.0.0.1' }] } })).toEqual([])
    expect(judge('mysql', { CapAdd: ['CHOWN', 'CAP_SETUID'] }, '')).toEqual([])
  })

  it.each<[string, Partial<HostConfig>]>([
    ['can write to its root file system', { ReadonlyRootfs: false }],
    ['is privileged', { Privileged: true }],
    ['keeps capabilities', { CapDrop: null }],
    ['is given CAP_NET_ADMIN', { CapAdd: ['NET_ADMIN'] }],
    ['may gain privileges', { SecurityOpt: [] }],
    ['has no limit of memory', { Memory: 0 }],
    ['has no limit of processes', { PidsLimit: null }],
    ['publishes 9464/tcp on 127.0.0.1', { PortBindings: { '9464/tcp': [{ HostIp: '127.0.0.1' }] } }],
  ])('says of a worker that it %s', (sentence, changes) => {
    expect(judge('worker', changes)).toEqual([`x-worker-1 ${sentence}`])
  })

  it.each(['', '0', 'root', '0:0', 'root:node'])('says of ours that it begins as root: %j', (user) => {
    expect(judge('listener', {}, user)).toEqual(['x-listener-1 begins as root'])
  })

  it('sees the dashboard on all addresses, and a database with more than its entry point needs', () => {
    expect(judge('dashboard', { PortBindings: { '3000/tcp': [{ HostIp: '' }] } })).toEqual([
      'x-dashboard-1 publishes 3000/tcp on all addresses',
    ])
    expect(judge('mysql', { CapAdd: ['SYS_ADMIN'] })).toEqual(['x-mysql-1 is given CAP_SYS_ADMIN'])
  })
})

describe('the look for processes of root', () => {
  const HEAD = 'PID                 UID                 COMMAND\n'
  const SERVER = '4100                999                 mysqld\n'

  it('names one that both looks show', () => {
    const table = `${HEAD}${SERVER}4200                0                   sh\n`
    expect(findRoots(table, table)).toEqual(['sh'])
  })

  it('leaves out a health check, which is another process each time', () => {
    const look = (pid: number) => `${HEAD}${SERVER}${pid}                0                   mysqladmin\n`
    expect(findRoots(look(4300), look(4301))).toEqual([])
    expect(findRoots(look(4300), HEAD + SERVER)).toEqual([])
  })

  it('leaves out an entry point that has become the user of the server', () => {
    expect(findRoots(`${HEAD}4100 0 sh\n`, HEAD + SERVER)).toEqual([])
  })
})

describe('pnpm check:containers', () => {
  const check = (...args: string[]) =>
    runCommand(process.execPath, ['packages/testing/src/containers/main.ts', ...args], {
      cwd: ROOT,
      env: { PATH: EMPTY },
    })

  it('says what it does', async () => {
    const { code, stdout } = await check('--help')
    expect(code).toBe(0)
    expect(stdout).toContain('--keep')
  })

  it('ends with 2 and a sentence where there is no Docker', async () => {
    expect(await check()).toEqual({
      code: 2,
      stdout: '',
      stderr: 'check:containers needs Docker: there is no "docker" on this machine\n',
    })
  })

  it('ends with 2 for an option that it does not have', async () => {
    const { code, stderr } = await check('--scale')
    expect(code).toBe(2)
    expect(stderr).toContain("'--scale'")
  })
})

const DOCKER = `#!/bin/sh
echo "begin $*" >>"$0.log"
case "$*" in
  *' up '*)
    trap 'kill $!; sleep 0.3; echo end >>"$0.log"; exit 143' TERM
    sleep 60 >/dev/null 2>&1 &
    wait ;;
esac
`

describe('pnpm check:containers that is told to stop', () => {
  it('ends the command of the step before it removes anything', async () => {
    const docker = `${EMPTY}/bin/docker`
    mkdirSync(`${EMPTY}/bin`)
    writeFileSync(docker, DOCKER, { mode: 0o755 })
    const readLog = () => (existsSync(`${docker}.log`) ? readFileSync(`${docker}.log`, 'utf8') : '')
    const env = { PATH: `${EMPTY}/bin:${process.env.PATH}`, TMPDIR: EMPTY }
    const child = spawn(process.execPath, ['packages/testing/src/containers/main.ts'], { cwd: ROOT, env })
    const exited = once(child, 'exit')
    await eventually('the first step', () => readLog().includes(' up '))
    child.kill('SIGTERM')
    expect(await exited).toEqual([143, null])
    const [, after = ''] = readLog().split(/^begin .* up .*\n/m)
    expect(after).toMatch(/^end\nbegin ps --all .*\nbegin compose .* down .*\nbegin image rm /)
    expect(readdirSync(EMPTY).filter((name) => name.startsWith('gather-secrets-'))).toEqual([])
  })
})

describe('apps/create-secrets.sh', () => {
  const create = (env: Readonly<Record<string, string>>) =>
    runCommand('sh', ['apps/create-secrets.sh'], { cwd: ROOT, env: { PATH: process.env.PATH ?? '', ...env } })

  it('makes other passwords each time, keeps those that are there, and shows none', async () => {
    const folders = [`${EMPTY}/first`, `${EMPTY}/second`]
    const read = async (folder: string) =>
      (await runCommand('sh', ['-c', 'cat *'], { cwd: folder, env: process.env })).stdout
    for (const folder of folders) expect((await create({ SECRETS_DIR: folder })).code).toBe(0)
    const [first = '', second = ''] = await Promise.all(folders.map(read))
    const passwords = new Set(first.match(/[0-9a-f]{48}/g))
    expect(passwords.size).toBe(5)
    for (const password of passwords) expect(second).not.toContain(password)
    const again = await create({ SECRETS_DIR: folders[0] ?? '' })
    expect(await read(folders[0] ?? '')).toBe(first)
    for (const password of passwords) expect(`${again.stdout}${again.stderr}`).not.toContain(password)
  })

  it('makes anew what was cut off half way, and leaves nothing half made', async () => {
    const folder = `${EMPTY}/cut`
    mkdirSync(folder)
    writeFileSync(`${folder}/mysql_root_password`, '', { mode: 0o444 })
    writeFileSync(`${folder}/redis_password.new`, 'half', { mode: 0o444 })
    expect((await create({ SECRETS_DIR: folder })).code).toBe(0)
    const names = readdirSync(folder)
    expect(names).toHaveLength(9)
    for (const name of names) expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o444)
    const password = readFileSync(`${folder}/mysql_root_password`, 'utf8').trim()
    expect(password).toMatch(/^[0-9a-f]{48}$/)
    expect(readFileSync(`${folder}/mysql_admin_url`, 'utf8')).toContain(`root:${password}@`)
    expect(readFileSync(`${folder}/redis_password`, 'utf8')).toMatch(/^[0-9a-f]{48}\n$/)
  })
})
