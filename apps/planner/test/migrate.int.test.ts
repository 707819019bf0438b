import { Database } from '@gather/ledger'
import { createTestDatabase, runPlanner, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const PASSWORD = "It's-a \\ 'secret' ? 1"
const OTHER_PASSWORD = 'Another-secret-2'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrated: false })
})
afterEach(() => testDatabase.database.write("ALTER USER IF EXISTS viewer@'%' ACCOUNT LOCK"))
afterAll(() => testDatabase.drop())

function urlOf(user: string, password: string): string {
  const url = new URL(testDatabase.url)
  url.username = user
  url.password = encodeURIComponent(password)
  return url.href
}

const migrate = (viewerUrl: string, ...args: string[]) =>
  runPlanner(['migrate', ...args], {
    MYSQL_URL: testDatabase.url,
    DASHBOARD_MYSQL_URL: viewerUrl,
    LOG_LEVEL: 'debug',
  })

async function logIn(url: string): Promise<unknown> {
  const database = new Database({ url, connectionsMax: 1 })
  try {
    return await database.rows('SELECT COUNT(*) AS n FROM import_run')
  } finally {
    await database.close()
  }
}
const REFUSED = { code: 'DATABASE_ACCESS_DENIED' }

describe('planner migrate', () => {
  it('leaves the users locked unless it is told otherwise', async () => {
    const viewerUrl = urlOf('viewer', PASSWORD)
    expect(await migrate(viewerUrl)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is up to date'),
    })
    await expect(logIn(viewerUrl)).rejects.toMatchObject(REFUSED)
  })

  it('with --unlock lets a user in with the password of its URL, and shows that to nobody', async () => {
    const viewerUrl = urlOf('viewer', PASSWORD)
    const { code, stdout, stderr } = await migrate(viewerUrl, '--unlock')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('user viewer is unlocked and has the password of its URL')
    expect(stdout).not.toMatch(/secret/)
    expect(await logIn(viewerUrl)).toEqual([{ n: 0 }])
    await expect(logIn(urlOf('viewer', OTHER_PASSWORD))).rejects.toMatchObject(REFUSED)
  })

  it('run again changes nothing, and gives a user the new password of its URL', async () => {
    await migrate(urlOf('viewer', PASSWORD), '--unlock')
    const again = await migrate(urlOf('viewer', PASSWORD), '--unlock')
    expect(again.stdout).toContain('user viewer can log in with the password of its URL')
    const changed = await migrate(urlOf('viewer', OTHER_PASSWORD), '--unlock')
    expect(changed.stdout).toContain('user viewer is unlocked')
    expect(await logIn(urlOf('viewer', OTHER_PASSWORD))).toEqual([{ n: 0 }])
    await expect(logIn(urlOf('viewer', PASSWORD))).rejects.toMatchObject(REFUSED)
  })

  it('with --unlock leaves users alone that are not of sql/users', async () => {
    const { code, stdout } = await migrate(testDatabase.url, '--unlock')
    expect(code).toBe(0)
    expect(stdout).toMatch(/user \w+ is none of the users of sql\/users and stays as it is/)
    expect(await testDatabase.database.rows('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  it('with --unlock opens no user without a password', async () => {
    const { code, stderr } = await migrate(urlOf('viewer', ''), '--unlock')
    expect(code).toBe(2)
    expect(stderr).toContain('the URL of viewer has no password')
    await expect(logIn(urlOf('viewer', ''))).rejects.toMatchObject(REFUSED)
  })

  it('with --unlock by a user who may not alter users says so, without the password', async () => {
    const { database, schema } = testDatabase
    await migrate(urlOf('viewer', PASSWORD))
    await database.write("CREATE USER t_half_admin@'%' IDENTIFIED BY 'Only-for-this-test-1'")
    try {
      await database.write(`GRANT ALL ON \`${schema}\`.* TO t_half_admin@'%'`)
      const { code, stdout, stderr } = await runPlanner(['migrate', '--unlock'], {
        MYSQL_URL: testDatabase.url,
        MYSQL_ADMIN_URL: urlOf('t_half_admin', 'Only-for-this-test-1'),
        DASHBOARD_MYSQL_URL: urlOf('viewer', PASSWORD),
        LOG_LEVEL: 'debug',
      })
      expect(code).toBe(1)
      expect(stdout).toContain('is up to date')
      expect(stderr).toMatch(/CREATE USER/)
      expect(`${stdout}${stderr}`).not.toMatch(/secret/)
    } finally {
      await database.write("DROP USER t_half_admin@'%'")
    }
  })
})
