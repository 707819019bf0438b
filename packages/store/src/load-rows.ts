import type { Session, WriteResult } from '@gather/ledger'
import { isFault, LIMITS } from '@gather/platform'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import type { EncodedPage } from './encode-page.ts'
import { quoteName, quoteNames } from './sql-names.ts'
import { storeMismatch } from './store-faults.ts'
import { readLastRow, readTabSeparated } from './tab-separated.ts'
import { storedColumns } from './table-sql.ts'

const INSERT_BYTES_MAX = 1024 * 1024

/** Stores a page's rows in `table`, in the transaction of `session`. */
export type RowLoader = (session: Session, table: string, topic: Topic, page: EncodedPage) => Promise<void>

/**
 * Loads by LOAD DATA LOCAL from memory.
 * @throws Fault `STORE_MISMATCH` (terminal): fewer rows than sent, a skipped row, any warning or a cut last field
 */
export const loadLocal: RowLoader = async (session, table, topic, page) => {
  if (page.rowCount === 0) return
  const result = await session.load(
    `LOAD DATA LOCAL INFILE 'page' INTO TABLE ${quoteName(table)} CHARACTER SET utf8mb4
     FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'
     (${quoteNames(storedColumns(topic))})`,
    page.body,
  )
  await checkStored(session, table, page.rowCount, result)
  await checkLastField(session, table, topic, page)
}

/** Loads by multi-row INSERT, where the server forbids LOCAL; throws as {@link loadLocal}. */
export const insertRows: RowLoader = async (session, table, topic, page) => {
  for (const rows of batchesOf(readTabSeparated(page.body))) {
    const result = await session.write(
      `INSERT INTO ${quoteName(table)} (${quoteNames(storedColumns(topic))}) VALUES ?`,
      [rows],
    )
    await checkStored(session, table, rows.length, result)
  }
}

async function checkStored(
  session: Session,
  table: string,
  sentRows: number,
  result: WriteResult,
): Promise<void> {
  const skipped = Number(/Skipped: (\d+)/.exec(result.info)?.[1] ?? 0)
  if (result.affectedRows === sentRows && skipped === 0 && result.warningCount === 0) return
  const warnings = await session.rows<{ Message: string }>('SHOW WARNINGS LIMIT 3')
  const said = warnings.map((warning) => warning.Message).join('; ')
  throw storeMismatch(table, sentRows, said || `${result.affectedRows} rows stored, ${skipped} skipped`)
}

/**
 * To the server the end of the file also ends the last line. A file that ended inside the last field, a time, would leave a
 * row with another time, and not even a warning.
 */
async function checkLastField(session: Session, table: string, topic: Topic, page: EncodedPage) {
  const last = readLastRow(page.body)
  const [stored] = await session.rows<{ value: string | null }>(
    `SELECT CAST(${quoteName(SYSTEM_COLUMNS.updatedAt)} AS CHAR) AS value FROM ${quoteName(table)} WHERE ${quoteName(topic.keyColumn)} = ?`,
    [last.at(0) ?? null],
  )
  if (stored !== undefined && stored.value === last.at(-1)) return
  const said = `the last field holds ${stored?.value} instead of ${last.at(-1)}`
  throw storeMismatch(table, page.rowCount, said)
}

type Row = readonly (string | null)[]

function* batchesOf(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = []
  let batchBytes = 0
  for (const row of rows) {
    const rowBytes = row.reduce((sum, text) => sum + (text === null ? 4 : text.length * 3), 0)
    if (
      batch.length > 0 &&
      (batch.length >= LIMITS.insertRowsMax || batchBytes + rowBytes > INSERT_BYTES_MAX)
    ) {
      yield batch
      batch = []
      batchBytes = 0
    }
    batch.push(row)
    batchBytes += rowBytes
  }
  if (batch.length > 0) yield batch
}

/** What a server takes from a client. */
export interface ServerIntake {
  readonly allowsLocal: boolean
  /** Largest packet, and with it the longest text an expression gives. */
  readonly packetBytesMax: number
}

/** Asks the server what it takes. */
export async function readServerIntake(session: Session): Promise<ServerIntake> {
  const [row] = await session.rows<{ allowed: number; packetBytesMax: number }>(
    'SELECT @@GLOBAL.local_infile AS allowed, @@max_allowed_packet AS packetBytesMax',
  )
  return { allowsLocal: row?.allowed === 1, packetBytesMax: Number(row?.packetBytesMax ?? 0) }
}

/** True for the server's refusal of LOAD DATA LOCAL, which may be switched off while we run. */
export const isLocalRefused = (error: unknown): boolean =>
  isFault(error) &&
  /Loading local data is disabled|disabled the local infile capability|not allowed with this M/i.test(
    error.message,
  )
