import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awaitHealth } from './await-health.ts'
import type { ComposeProject } from './compose-project.ts'
import { runPlanner } from './imports.ts'
import { queryDatabase } from './read-rows.ts'
import { lastLine } from './run-docker.ts'

const WITHOUT_DEMO = { COMPOSE_PROFILES: '' }

export async function refusesWithoutPasswords(project: ComposeProject): Promise<string> {
  const { code, stderr } = await project.tryCompose(['up', '--detach'], { env: { SECRETS_DIR: '' } })
  const sentence = lastLine(stderr)
  if (code === 0) throw new Error('it started')
  if (!/passwords are missing.*create-secrets\.sh/.test(sentence)) throw new Error(`it says: ${sentence}`)
  await project.createSecrets()
  return sentence.replace(/^.*?: /, '')
}

/** Without the profile "demo" the portal is gone, and the topic is the real one again. */
export async function keepsData(project: ComposeProject): Promise<string> {
  const before = await checksum(project)
  await project.compose(['down'])
  const { code, stderr } = await project.tryCompose(['up', '--detach', '--scale', 'worker=8'], {
    env: WITHOUT_DEMO,
  })
  if (code !== 0) throw new Error(lastLine(stderr))
  await awaitHealth(project, 8)
  if ((await checksum(project)) !== before) throw new Error('the rows are others than before')
  const topics = await runPlanner<{ topic: string }[]>(project, ['topics', '--json'])
  if (!JSON.stringify(topics).includes('https://data.seattle.gov'))
    throw new Error('the topic of the demo is still there')
  return `checksum ${before} before and after`
}

export async function saysWhyMigrateFails(project: ComposeProject): Promise<string> {
  await project.compose(['down'])
  const secretsDir = mkdtempSync(join(tmpdir(), 'gather-secrets-'))
  try {
    cpSync(project.secretsDir, secretsDir, { recursive: true })
    rmSync(join(secretsDir, 'mysql_admin_url'))
    writeFileSync(join(secretsDir, 'mysql_admin_url'), 'mysql://root:wrong@mysql:3306/rover\n', {
      mode: 0o444,
    })
    const { code, stderr } = await project.tryCompose(['up', '--detach'], {
      env: { SECRETS_DIR: secretsDir },
    })
    const reason = lastLine(await project.compose(['logs', '--no-log-prefix', 'migrate']))
    const started = (await project.listContainers('worker')).filter(({ state }) => state === 'running')
    if (code === 0 || started.length > 0) throw new Error('it started')
    if (!/Access denied/.test(reason)) throw new Error(`migrate says: ${reason}`)
    return `${lastLine(stderr)}: ${reason}`
  } finally {
    rmSync(secretsDir, { recursive: true, force: true })
  }
}

async function checksum(project: ComposeProject): Promise<string> {
  const [row] = await queryDatabase<{ rows: number; sum: number }>(
    project,
    "SELECT JSON_OBJECT('rows', COUNT(*), 'sum', SUM(CRC32(CONCAT_WS('|', source_row_id, license_number, animal_s_name)))) FROM pet_license",
  )
  if (row?.rows !== 51_754) throw new Error(`${row?.rows} rows are stored`)
  return String(row.sum)
}
