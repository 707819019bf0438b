import { findRun, type RunRecord, saveSchedule } from '@gather/ledger'
import { importTopic } from '@gather/runs'
import { eventually, startApp, startTestStack, stopApps, type TestStack } from '@gather/testing'
import { loadTopic } from '@gather/topics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countBySpeciesAndYear, readChartTable } from './read-chart-table.ts'
import { serveDashboard, writeRun } from './served-dashboard.ts'
import { createViewer } from './viewer-user.ts'

const HOSTILE = '<img src=x onerror=go(1)>'
const BY_YEAR = 'Licences by species and year'
const BY_ZIP = `Rows by ${HOSTILE}`
const ASK = { initialize: false, allowEmpty: false, allowShrink: false }

let stack: TestStack
let viewer: Awaited<ReturnType<typeof createViewer>>
let dashboard: Awaited<ReturnType<typeof serveDashboard>>
beforeAll(async () => {
  stack = await startTestStack({
    rowCount: 1_500,
    topic: {
      charts: [...loadTopic('pet_license').charts, { title: BY_ZIP, x: 'zip_code', kind: 'bar' }],
    },
  })
  viewer = await createViewer(stack.testDatabase)
  dashboard = await serveDashboard({ ...stack.env, MYSQL_URL: viewer.url, LOG_LEVEL: 'silent' })
  for (const app of ['worker', 'listener'] as const) startApp(app, stack.env)
})
afterAll(async () => {
  await dashboard?.close()
  await stopApps()
  await viewer?.drop()
  await stack?.close()
})

const dataset = () => stack.portal.dataset(stack.topic.source.dataset)
async function runImport(): Promise<RunRecord> {
  const { runId } = await importTopic(stack.services, stack.topic, ASK, AbortSignal.timeout(30_000))
  return eventually('the end of the run', async () => {
    const run = await findRun(stack.testDatabase.database, runId)
    return run?.finishedAt != null && run
  })
}

/** The page once everything on it is counted. */
const countedPage = (from = dashboard) =>
  eventually('the counting', async () => {
    const { body } = await from.send('/topics/pet_license')
    return !body.includes('data-counting') && body
  })

describe('a topic that was never imported', () => {
  test('says of its charts that the table has no rows, and how to import some', async () => {
    const body = await countedPage()
    expect(body).toContain(
      'The table pet_license has no rows yet: import some (npx planner enqueue pet_license).',
    )
    expect(body).toContain('none yet')
    expect(body).not.toContain('<form')
  })

  test('is listed, as it stands in a file', async () => {
    expect((await dashboard.send('/topics')).body).toContain('<a href="/topics/pet_license">pet_license</a>')
  })

  test('says so where there is not even a table', async () => {
    await stack.testDatabase.database.write('RENAME TABLE pet_license TO pet_license_away')
    const away = await serveDashboard({ ...stack.env, MYSQL_URL: viewer.url, LOG_LEVEL: 'silent' })
    const body = await countedPage(away)
    await away.close()
    await stack.testDatabase.database.write('RENAME TABLE pet_license_away TO pet_license')
    expect(body).toContain('The table pet_license is not there yet: the first import makes it')
  })
})

describe('an imported topic', () => {
  test('shows exactly the counts of what the portal holds, hostile names as text', async () => {
    dataset().insertRows([
      {
        license_issue_date: '2011-02-03T00:00:00.000',
        license_number: 'S1',
        species: HOSTILE,
        primary_breed: 'Mix',
      },
    ])
    const run = await runImport()
    expect(run.state).toBe('succeeded')
    const body = await countedPage()
    const counts = countBySpeciesAndYear(dataset().rows())
    expect(readChartTable(body, BY_YEAR)).toEqual(counts)
    expect(counts.get(`2011 / ${HOSTILE}`)).toBe(1)
    expect(body).not.toContain('<img')
    expect(body).toContain('&lt;img src=x onerror=go(1)&gt;')
    expect(body).toContain(`<dd>${(1_501).toLocaleString('en-US')}</dd>`)
    expect(body).toContain(`href="/runs/${run.runId}"`)
    expect(body).toContain(run.sourceVersion)
  })

  test('shows the new counts after the next run, and the row count of every success', async () => {
    dataset().deleteRows(({ species }) => species === HOSTILE)
    dataset().updateRows(({ species }) => species === 'Goat', { species: 'Pig' })
    await runImport()
    const body = await countedPage()
    expect(readChartTable(body, BY_YEAR)).toEqual(countBySpeciesAndYear(dataset().rows()))
    const start = body.indexOf('data-title="Rows over time"')
    const rows = [...body.slice(start, body.indexOf('</table>', start)).matchAll(/data-value="(\d+)"/g)]
    expect(rows.map((match) => match[1])).toEqual(['1500', '1501'])
  })

  test('shows the new counts after a run of another topic that fills the same table', async () => {
    const { database } = stack.testDatabase
    const sum = (body: string) =>
      readChartTable(body, BY_YEAR)
        .values()
        .reduce((all, one) => all + one, 0)
    const before = sum(await countedPage())
    await database.write('DELETE FROM pet_license LIMIT 1')
    expect(sum(await countedPage())).toBe(before)
    await writeRun(database, { runId: 'other1', topic: 'other', targetTable: 'pet_license' })
    await database.write(
      "UPDATE import_run SET state = 'succeeded', finished_at = NOW(3) + INTERVAL 1 SECOND WHERE run_id = 'other1'",
    )
    expect(sum(await countedPage())).toBe(before - 1)
  })

  test('says what is missing where the procedure is gone or may not be called', async () => {
    const { database, schema } = stack.testDatabase
    await database.write(
      `REVOKE EXECUTE ON PROCEDURE \`${schema}\`.GetLicenseCountBySpeciesYear FROM ${new URL(viewer.url).username}@'%'`,
    )
    const fresh = await serveDashboard({ ...stack.env, MYSQL_URL: viewer.url, LOG_LEVEL: 'silent' })
    const refused = await countedPage(fresh)
    expect(refused).toContain('it needs GRANT EXECUTE ON PROCEDURE GetLicenseCountBySpeciesYear')
    await fresh.close()
    await database.write('DROP PROCEDURE GetLicenseCountBySpeciesYear')
    const later = await serveDashboard({ ...stack.env, LOG_LEVEL: 'silent' })
    const body = await countedPage(later)
    await later.close()
    expect(body).toContain(
      'The procedure GetLicenseCountBySpeciesYear is not there: &quot;npx planner migrate&quot; makes',
    )
  })
})

test('a schedule is shown with its next time, and what came of the last', async () => {
  const { database } = stack.testDatabase
  const daily = {
    topic: 'pet_license',
    cron: '0 3 * * *',
    timeZone: 'America/Los_Angeles',
    mode: 'incremental',
  } as const
  await saveSchedule(database, daily, '2026-07-01 00:00:00.000')
  await database.write(
    `UPDATE import_schedule SET last_due_at = '2026-06-30 10:00:00', last_outcome = 'skipped', last_run_id = 'busy1',
       last_reason_code = 'RUN_OPEN', last_reason = ? WHERE topic = 'pet_license'`,
    [`run busy1 still fills it ${HOSTILE}`],
  )
  for (const path of ['/topics', '/topics/pet_license']) {
    const { body } = await dashboard.send(path)
    expect(body).toContain('<code>0 3 * * *</code> America/Los_Angeles, incremental')
    expect(body).toContain('next <time datetime="2026-07-01T10:00:00.000Z">')
    expect(body).toMatch(
      /last <time[^>]*>2026-06-30 10:00:00<\/time>: skipped \(<a class="id" href="\/runs\/busy1">/,
    )
    expect(body).toContain('run busy1 still fills it &lt;img')
  }
})

test('a schedule whose next time can not be told is shown with the reason', async () => {
  const { database } = stack.testDatabase
  const daily = { topic: 'pet_license', cron: '0 3 * * *', timeZone: HOSTILE, mode: 'incremental' } as const
  await saveSchedule(database, daily, '2026-07-01 00:00:00.000')
  for (const path of ['/topics', '/topics/pet_license']) {
    const { status, body } = await dashboard.send(path)
    expect(status).toBe(200)
    expect(body).toContain('next not known: there is no time zone &quot;&lt;img')
    expect(body).not.toContain('<img')
  }
})

test.each(['/topics/nothing', `/topics/${encodeURIComponent(HOSTILE)}`, `/topics/${'x'.repeat(65)}`])(
  '%s is not found',
  async (path) => {
    const { status, body } = await dashboard.send(path)
    expect(status).toBe(404)
    expect(body).not.toContain('<img')
  },
)

test('topic files that can not be read leave what the ledger knows, and the reason', async () => {
  const lame = await serveDashboard({ ...stack.env, TOPICS_DIR: '/no/such/folder', LOG_LEVEL: 'silent' })
  for (const path of ['/topics', '/topics/pet_license']) {
    const { status, body } = await lame.send(path)
    expect(status).toBe(200)
    expect(body).toContain('/no/such/folder')
    expect(body).toContain('pet_license')
  }
  await lame.close()
})
