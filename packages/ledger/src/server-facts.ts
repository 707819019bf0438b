import type { Database } from './database.ts'

/** What the doctor wants to know of a database server and our user's rights on it. */
export interface ServerFacts {
  readonly version: string
  readonly schema: string
  readonly localInfile: boolean
  readonly timeZone: string
  /** Where the server keeps its tables, on its own machine. */
  readonly dataDir: string
  readonly connectionsMax: number
  readonly connectionsUsed: number
  /** Of the ledger's tables. */
  readonly missingTables: readonly string[]
  readonly missingRights: readonly string[]
  /** Data and indexes of the largest table of the schema. */
  readonly largestTargetBytes: number
}

const LEDGER_TABLES = ['import_log', 'import_run', 'import_page', 'import_deletion', 'import_schedule']
const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'TRIGGER']

/** Asks the server; changes nothing. */
export async function readServerFacts(database: Database): Promise<ServerFacts> {
  const [server] = await database.rows<{
    version: string
    localInfile: number
    timeZone: string
    dataDir: string
    connectionsMax: number
  }>(
    `SELECT VERSION() AS version, @@GLOBAL.local_infile AS localInfile, @@GLOBAL.time_zone AS timeZone, @@GLOBAL.datadir AS dataDir,
            @@GLOBAL.max_connections AS connectionsMax`,
  )
  const [used] = await database.rows<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
  const tables = await database.rows<{ name: string; bytes: number | null }>(
    `SELECT TABLE_NAME AS name, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? ORDER BY bytes DESC`,
    [database.schema],
  )
  const names = new Set(tables.map((table) => table.name))
  return {
    version: server?.version ?? 'unknown',
    schema: database.schema,
    localInfile: server?.localInfile === 1,
    timeZone: server?.timeZone ?? 'unknown',
    dataDir: server?.dataDir ?? '',
    connectionsMax: server?.connectionsMax ?? 0,
    connectionsUsed: Number(used?.Value ?? 0),
    missingTables: LEDGER_TABLES.filter((table) => !names.has(table)),
    missingRights: await missingRights(database),
    largestTargetBytes: Number(tables[0]?.bytes ?? 0),
  }
}

async function missingRights(database: Database): Promise<string[]> {
  const rows = await database.rows<{ privilege: string }>(
    `SELECT PRIVILEGE_TYPE AS privilege FROM information_schema.SCHEMA_PRIVILEGES WHERE ? LIKE REPLACE(TABLE_SCHEMA, '\\\\_', '_')
     UNION SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES`,
    [database.schema],
  )
  const granted = new Set(rows.map((row) => row.privilege))
  return RIGHTS.filter((right) => !granted.has(right))
}
