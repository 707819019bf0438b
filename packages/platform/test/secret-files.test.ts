import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig, SECRET_NAMES } from '../src/index.ts'

const MYSQL_URL = 'mysql://importuser:secret@db:3306/rover'
const folder = mkdtempSync(join(tmpdir(), 'secret-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileWith = (text: string) => {
  const path = join(folder, `secret-${Math.random()}`)
  writeFileSync(path, text)
  return path
}

describe('a secret from a file', () => {
  it.each(['\n', '\r\n', ''])('is its text without the last line end %j', (end) => {
    const config = readConfig({ MYSQL_URL_FILE: fileWith(`${MYSQL_URL}${end}`) })
    expect(config.mysqlUrl).toBe(MYSQL_URL)
  })

  it('keeps every other blank, which may belong to a password', () => {
    const password = ' pass word\n'
    const config = readConfig({ MYSQL_URL, DASHBOARD_PASSWORD_FILE: fileWith(`${password}\n`) })
    expect(config.dashboard.password).toBe(password)
  })

  it.each(SECRET_NAMES)('is possible for %s', (name) => {
    const value = name === 'REDIS_URL' ? 'redis://:secret@cache' : MYSQL_URL
    const text = name === 'SOCRATA_APP_TOKENS' ? 'a.org=token' : value
    const env = name === 'MYSQL_URL' ? {} : { MYSQL_URL: 'mysql://first@db/rover' }
    const byFile = readConfig({ ...env, [`${name}_FILE`]: fileWith(text) })
    expect(byFile).toEqual(readConfig({ ...env, [name]: text }))
  })

  it('is not possible for what is no secret', () => {
    const config = readConfig({ MYSQL_URL, LOG_LEVEL_FILE: fileWith('debug') })
    expect(config.logLevel).toBe('info')
  })

  it('together with the value itself is refused', () => {
    const env = { MYSQL_URL, MYSQL_URL_FILE: fileWith(MYSQL_URL) }
    expect(() => readConfig(env)).toThrow('MYSQL_URL and MYSQL_URL_FILE are both set; keep one')
  })

  it('counts alone where the value itself is empty', () => {
    expect(readConfig({ MYSQL_URL: '', MYSQL_URL_FILE: fileWith(MYSQL_URL) }).mysqlUrl).toBe(MYSQL_URL)
  })

  it.each(['/nowhere/at/all', folder])('that can not be read is named: %s', (path) => {
    const read = () => readConfig({ MYSQL_URL_FILE: path })
    expect(read).toThrow(`MYSQL_URL_FILE: the file "${path}" can't be read`)
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', kind: 'terminal' }))
  })

  it.each(['', '\n'])('is refused where the file holds only %j: an empty password is none', (text) => {
    const path = fileWith(text)
    const env = { MYSQL_URL, DASHBOARD_USER: 'viewer', DASHBOARD_PASSWORD_FILE: path }
    expect(() => readConfig(env)).toThrow(`DASHBOARD_PASSWORD_FILE: the file "${path}" is empty`)
  })

  it('that holds a bad value is told by the name of the value, not by what it holds', () => {
    const read = () => readConfig({ MYSQL_URL_FILE: fileWith('canary') })
    expect(read).toThrow(/^MYSQL_URL: must be a URL/)
    expect(read).not.toThrow(/canary/)
  })
})
