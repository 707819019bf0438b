import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// The script is what is tested; apt-get and systemctl are stand-ins in a root folder of the test's own, since a test
// must not install anything on the machine it runs on.
const script = new URL('../src/install-with-apt.sh', import.meta.url).pathname
let root = ''
const policy = () => join(root, 'usr/sbin/policy-rc.d')
const calls = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gs-root-'))
  for (const folder of ['bin', 'usr/sbin', 'lib/systemd/system', 'var/lib/apt/lists']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  writeFileSync(join(root, 'var/lib/apt/lists/main_Packages.lz4'), '')
  program('systemctl', 'echo "systemctl $*" >>"$LOCAL_STACK_SYSTEM_ROOT/calls"')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function program(name: string, body: string) {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(root, 'bin', name), 0o755)
}

/** An apt-get that notes its arguments and what a package's start would have been answered, then does `more`. */
function aptGet(more = '') {
  program(
    'apt-get',
    `r=$LOCAL_STACK_SYSTEM_ROOT; shift 2; answer=0; "$r/usr/sbin/policy-rc.d" || answer=$?
     echo "apt-get $* ($answer)" >>"$r/calls"\n${more}`,
  )
}

function install(...packages: string[]) {
  const env = {
    ...process.env,
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    LOCAL_STACK_SYSTEM_ROOT: root,
    LOCAL_STACK_LOCK_WAIT: '0',
  }
  return execFileSync('sh', [script, ...packages], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test('packages are installed while starting is forbidden, and the ban is lifted afterwards', () => {
  aptGet()
  install('redis-server', 'mariadb-server')
  expect(calls()).toBe('apt-get install -y -q --no-install-recommends redis-server mariadb-server (101)\n')
  expect(existsSync(policy())).toBe(false)
})

test('the ban is lifted when the installation fails, too', () => {
  aptGet('echo "E: Unable to locate package redis-server"; exit 100')
  expect(() => install('redis-server')).toThrow()
  expect(existsSync(policy())).toBe(false)
})

test('the package lists are fetched when an installation with the present ones fails', () => {
  aptGet('case $1 in update) touch "$r/updated" ;; install) [ -e "$r/updated" ] || exit 100 ;; esac')
  install('redis-server')
  expect(calls().match(/(?<=apt-get )\w+/g)).toEqual(['install', 'update', 'install'])
})

test('a policy that the machine has already is left as it is', () => {
  writeFileSync(policy(), '#!/bin/sh\nexit 104\n')
  chmodSync(policy(), 0o755)
  aptGet()
  install('redis-server')
  expect(calls()).toContain('(104)')
  expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 104\n')
})

test('a ban that a killed installation left behind is lifted by the next one', () => {
  aptGet('cp "$r/usr/sbin/policy-rc.d" "$r/left-behind"')
  install('redis-server')
  execFileSync('cp', ['-p', join(root, 'left-behind'), policy()])
  install('mariadb-server')
  expect(existsSync(policy())).toBe(false)
})

test('units that are new on the machine are disabled, those that were there are not touched', () => {
  writeFileSync(join(root, 'lib/systemd/system/redis-server.service'), '')
  aptGet('touch "$r/lib/systemd/system/mariadb.service"')
  install('mariadb-server')
  expect(calls().match(/systemctl.*/g)).toEqual(['systemctl disable mariadb.service'])
})

test('without systemctl, the links that the packages made are removed by the tools of Debian', () => {
  program('systemctl', 'exit 127')
  program('deb-systemd-helper', 'echo "deb-systemd-helper $*" >>"$LOCAL_STACK_SYSTEM_ROOT/calls"')
  program('update-rc.d', 'echo "update-rc.d $*" >>"$LOCAL_STACK_SYSTEM_ROOT/calls"')
  aptGet('touch "$r/lib/systemd/system/mariadb.service"')
  install('mariadb-server')
  expect(calls()).toContain('deb-systemd-helper disable mariadb.service\nupdate-rc.d mariadb disable\n')
})

test('under a running systemd they are stopped as well', () => {
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true })
  aptGet('touch "$r/lib/systemd/system/redis-server.service"')
  install('redis-server')
  expect(calls()).toContain('systemctl disable --now redis-server.service')
})

test('a lock that another program holds is waited for', () => {
  aptGet(
    'if [ ! -e "$r/tried" ]; then touch "$r/tried"; echo "E: Could not get lock /var/lib/dpkg/lock"; exit 100; fi',
  )
  install('redis-server')
  expect(calls().match(/(?<=apt-get )install/g)).toHaveLength(2)
})
