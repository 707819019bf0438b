import {
  type KillableDatabase,
  requireService,
  runPlanner,
  startApp,
  startKillableDatabase,
  startTestStack,
  stopApps,
  type TestStack,
} from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROWS = 300
const MARK = 'zqzq'
const PAYLOADS = [
  `${MARK}'); DROP TABLE victim; -- `,
  `${MARK}\\'; DROP TABLE victim; #`,
  `${MARK}"; DROP TABLE victim; /*`,
  `${MARK}\`; DROP TABLE victim;`,
  `${MARK}\0\n\t\\N\\`,
]
const OURS =
  /^(`?(test_\w+|rover)`?\.)?`?(import_(run|page|log|deletion|schedule)|schema_migration|pet_license|_gs_\w+)`?$/i
const SYSTEM = /^information_schema\.\w+$/i

let server: KillableDatabase
let stack: TestStack
beforeAll(async () => {
  server = await startKillableDatabase({ args: ['--log-output=TABLE'] })
  stack = await startTestStack({
    servers: { redisUrl: requireService('TEST_REDIS_URL'), mysqlAdminUrl: server.adminUrl },
    rowCount: ROWS,
    topic: { page_rows: 150 },
  })
  const { database } = stack.testDatabase
  await database.write('CREATE TABLE victim (text VARCHAR(20))')
  await database.write("INSERT INTO victim VALUES ('as it was')")
  await database.write("SET GLOBAL general_log = 'ON'")
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack?.close()
  await server?.stop()
})

/** Imports everything from a portal whose animals are of these kinds, in turns. */
async function importSpecies(species: readonly string[]): Promise<{ state: string; reason?: string }> {
  let count = 0
  const next = () => `"species":${JSON.stringify(species[count++ % species.length])}`
  const edit = (body: Buffer) => Buffer.from(body.toString().replaceAll(/"species":"\w+"/g, next))
  stack.portal.setFault((request) => (request.query.has('$order') ? { kind: 'edit', edit } : undefined))
  const { stdout } = await runPlanner(
    ['enqueue', 'pet_license', '--initialize', '--wait', '--json'],
    stack.env,
  )
  return JSON.parse(stdout)
}

/** A statement without its texts, which are the only place for what others wrote. */
const withoutTexts = (sql: string): string =>
  sql.replaceAll(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/gs, '?')

/** The tables that a statement names. */
const tablesOf = (sql: string): string[] =>
  [
    ...sql.matchAll(
      /\b(?:FROM|JOIN|INTO(?! TABLE)|(?<!KEY |FOR )UPDATE|TABLE(?: IF (?:NOT )?EXISTS)?)\s+((?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))?)/gi,
    ),
  ].map((match) => match[1] ?? '')

describe('S7: with payloads in every text that comes from outside', () => {
  it.each([
    ['LOAD DATA', 1],
    ['INSERT', 0],
  ])('rows are stored as they are, by %s', async (_how, localInfile) => {
    await stack.testDatabase.database.write('SET GLOBAL local_infile = ?', [localInfile])
    expect(await importSpecies(PAYLOADS)).toMatchObject({ state: 'succeeded' })
    for (const payload of PAYLOADS) {
      const [row] = await stack.testDatabase.database.rows<{ n: number }>(
        'SELECT COUNT(*) AS n FROM pet_license WHERE BINARY species = ?',
        [payload],
      )
      expect(row?.n).toBe(ROWS / PAYLOADS.length)
    }
  })

  it('a value that does not fit is quoted in ledger and log', async () => {
    const receipt = await importSpecies([`${PAYLOADS[0]}${PAYLOADS[1]}${'x'.repeat(50)}`])
    expect(receipt).toMatchObject({ state: 'failed', reason: expect.stringContaining('DROP TABLE victim') })
  })

  it('commands find nothing by them', async () => {
    const [first = '', second = '', third = ''] = PAYLOADS
    for (const args of [
      ['show', first],
      ['cancel', second],
      ['runs', '--topic', third],
    ]) {
      const { code, stderr } = await runPlanner(args, stack.env)
      expect(`${code} ${stderr}`).not.toMatch(/syntax|unexpected/i)
    }
  })

  it('only statements of ours reach the server, one at a time, and name only tables of ours', async () => {
    const { database } = stack.testDatabase
    const logged = await database.rows<{ sql: string }>(
      `SELECT CONVERT(argument USING utf8mb4) AS \`sql\` FROM mysql.general_log
       WHERE command_type IN ('Query', 'Prepare', 'Execute') AND argument NOT LIKE '%general_log%' AND argument NOT LIKE '%victim (%'`,
    )
    const statements = logged.map(({ sql }) => sql)
    expect(statements.filter((sql) => sql.includes(MARK)).length).toBeGreaterThan(5)
    expect(statements.filter((sql) => sql.startsWith('LOAD DATA LOCAL')).length).toBeGreaterThan(1)
    expect(statements.filter((sql) => /^INSERT INTO `_gs_/.test(sql)).length).toBeGreaterThan(1)
    for (const sql of statements.map(withoutTexts)) {
      expect(sql).not.toContain(MARK)
      expect(sql).not.toMatch(/;|victim|--|\/\*/)
      for (const table of tablesOf(sql))
        expect(OURS.test(table) || SYSTEM.test(table), `${table} in ${sql}`).toBe(true)
    }
    expect(await database.rows('SELECT text FROM victim')).toEqual([{ text: 'as it was' }])
  })
})
