import { Database, migrate, type UnlockOutcome, unlockUser } from '@gather/ledger'
import type { Config } from '@gather/platform'
import type { Command } from 'commander'
import { printLine } from '../output.ts'
import { openCommand } from '../with-services.ts'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      'create or update the database with the scripts of sql/ (uses MYSQL_ADMIN_URL); safe to run again',
    )
    .option(
      '--unlock',
      'also let importuser and viewer in, with the passwords in MYSQL_URL and DASHBOARD_MYSQL_URL',
    )
    .action(async ({ unlock = false }: { readonly unlock?: boolean }) => {
      const { config } = openCommand()
      const options = { caFile: config.mysqlCaFile, connectionsMax: 2 }
      const admin = new Database({
        ...options,
        url: inSchemaOf(config.mysqlAdminUrl, config.mysqlUrl),
        withoutSchema: true,
      })
      try {
        await applyScripts(admin)
        if (unlock) await unlockUsers(admin, config)
      } finally {
        await admin.close()
      }
    })
}

async function applyScripts(admin: Database): Promise<void> {
  let applied = 0
  await migrate(admin, (script) => {
    if (!script.applied) return
    applied++
    printLine(`applied ${script.name}`)
  })
  printLine(`database ${admin.schema} on ${admin.host} is up to date (${applied} scripts applied)`)
}

const OUTCOMES: Readonly<Record<UnlockOutcome, string>> = {
  unlocked: 'is unlocked and has the password of its URL',
  ready: 'can log in with the password of its URL',
  foreign: 'is none of the users of sql/users and stays as it is',
}

async function unlockUsers(admin: Database, { mysqlUrl, dashboard, mysqlCaFile }: Config): Promise<void> {
  for (const url of new Set([mysqlUrl, dashboard.mysqlUrl])) {
    const outcome = await unlockUser(admin, { url, caFile: mysqlCaFile })
    printLine(`user ${decodeURIComponent(new URL(url).username)} ${OUTCOMES[outcome]}`)
  }
}

/** The admin's URL with the schema that the importer uses. */
function inSchemaOf(adminUrl: string, mysqlUrl: string): string {
  const url = new URL(adminUrl)
  url.pathname = new URL(mysqlUrl).pathname
  return url.href
}
