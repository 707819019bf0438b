import { Database, migrate } from '@gather/ledger'
import type { Command } from 'commander'
import { printLine } from '../output.ts'
import { openCommand } from '../with-services.ts'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      'create or update the database with the scripts of sql/ (uses MYSQL_ADMIN_URL); safe to run again',
    )
    .action(async () => {
      const { config } = openCommand()
      const options = { caFile: config.mysqlCaFile, connectionsMax: 2 }
      const admin = new Database({
        ...options,
        url: inSchemaOf(config.mysqlAdminUrl, config.mysqlUrl),
        withoutSchema: true,
      })
      try {
        let applied = 0
        await migrate(admin, (script) => {
          if (!script.applied) return
          applied++
          printLine(`applied ${script.name}`)
        })
        printLine(`database ${admin.schema} on ${admin.host} is up to date (${applied} scripts applied)`)
      } finally {
        await admin.close()
      }
    })
}

/** The admin's URL with the schema that the importer uses. */
function inSchemaOf(adminUrl: string, mysqlUrl: string): string {
  const url = new URL(adminUrl)
  url.pathname = new URL(mysqlUrl).pathname
  return url.href
}
