import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CONFIG_NAMES, readConfig, SECRET_NAMES } from '../src/config.ts'
import { CONFIG_TABLE, type ConfigEntry, renderEnvExample } from '../src/config-table.ts'

const ROOT = new URL('../../../', import.meta.url)
const readText = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const MYSQL_URL = 'mysql://importuser:password@127.0.0.1:3306/rover'
/** Stands in for a file that a machine need not have. */
const THIS_FILE = fileURLToPath(import.meta.url)
const WORDS: Readonly<Record<string, string>> = { required: MYSQL_URL, none: '', 'as MYSQL_URL': MYSQL_URL }

/** A row of the README's table. */
const rowOf = ({ name, meaning, default: initial, allowed, secret }: ConfigEntry): string =>
  `| \`${name}\`${secret ? ' *' : ''} | ${meaning} | ${initial} | ${allowed} |`

describe('the table of the configuration', () => {
  it('names every variable that the configuration reads, in its order', () => {
    expect(CONFIG_TABLE.map((entry) => entry.name)).toEqual(CONFIG_NAMES)
  })

  it('marks as secret exactly those that may be given as a file', () => {
    const secrets = CONFIG_TABLE.filter((entry) => entry.secret).map((entry) => entry.name)
    expect(secrets).toEqual(SECRET_NAMES)
  })

  it.each(CONFIG_TABLE)('tells the true default of $name', ({ name, default: initial }) => {
    const untouched = readConfig({ MYSQL_URL })
    expect(readConfig({ MYSQL_URL, [name]: WORDS[initial] ?? initial })).toEqual(untouched)
  })

  it.each(CONFIG_TABLE)(
    'gives an example of $name that is accepted and changes something',
    ({ name, example }) => {
      const other = 'mysql://importuser:other@127.0.0.1:3306/rover'
      const value = name === 'MYSQL_CA_FILE' ? THIS_FILE : example
      expect(readConfig({ MYSQL_URL: other, [name]: value })).not.toEqual(readConfig({ MYSQL_URL: other }))
    },
  )

  it('says which variables have no default', () => {
    const required = CONFIG_TABLE.filter((entry) => entry.default === 'required').map((entry) => entry.name)
    expect(required).toEqual(['MYSQL_URL'])
    expect(() => readConfig({})).toThrow('MYSQL_URL is not set')
  })
})

describe('.env.example', () => {
  it('is what the table makes of it', () => {
    expect(readText('.env.example')).toBe(renderEnvExample())
  })

  it('sets only what is required', () => {
    const set = renderEnvExample().match(/^[A-Z_]+(?==)/gm)
    expect(set).toEqual(['MYSQL_URL'])
  })
})

describe('the README', () => {
  const README = readText('README.md')

  it.each(CONFIG_TABLE)('has the row of $name in its table', (entry) => {
    expect(README.replaceAll(/ +/g, ' ').split('\n')).toContain(rowOf(entry))
  })
})
