import type { Database } from '@gather/ledger'
import { readBodyRows } from '@gather/source'
import { type EncodedPage, encodePage, type MysqlStore, type RunTables, stagingName } from '@gather/store'
import { DIGEST_CHANGES, digestSees } from './digest-changes.ts'
import { claimPageNo, PAGE_MEASURES, startLoading } from './loading-run.ts'
import { readStoredRows } from './read-stored-rows.ts'
import { createSeededRandom } from './seeded-random.ts'
import { TAMPERINGS, tamperSql } from './tamperings.ts'
import type { ValueMismatch, ValueTally } from './value-report.ts'
import { type ValueRow, valueTopic } from './value-rows.ts'

const FIELDS = [...valueTopic.columns.map(({ from }) => from), ':id', ':updated_at']
const BODY_URL = new URL('https://data.example.org/')

type BatchId = Omit<ValueMismatch, 'what'>

/** One page on its way into the database and back. */
export class ValueBatch {
  readonly #database: Database
  readonly #store: MysqlStore
  readonly #id: BatchId
  readonly #tally: ValueTally

  constructor(database: Database, store: MysqlStore, id: BatchId, tally: ValueTally) {
    this.#database = database
    this.#store = store
    this.#id = id
    this.#tally = tally
  }

  async run(rows: readonly ValueRow[]): Promise<void> {
    const encoded = this.#encode(rows.map((row) => row.sent))
    const run = await this.#storeRows(encoded)
    await this.#compareRows(run, rows)
    await this.#compareDigest(run, encoded)
    await this.#tamper(run, encoded)
    await this.#store.dropStaging(run)
    this.#changeRows(rows)
    this.#tally.countRows(this.#id.path, rows.length)
  }

  /** From the bytes of a body, as a worker does; from the rows as objects it has to be the same. */
  #encode(rows: readonly ValueRow['sent'][]): EncodedPage {
    const body = Buffer.from(JSON.stringify(rows))
    const asked = { fields: FIELDS, limit: rows.length }
    const encoded = encodePage(valueTopic, readBodyRows(BODY_URL, body, asked), 1)
    const other = encodePage(valueTopic, rows, 1)
    const isSame = encoded.body.equals(other.body) && encoded.digestSum === other.digestSum
    if (!isSame) this.#report('the page encoded from bytes is not the one encoded from objects')
    return encoded
  }

  async #storeRows(encoded: EncodedPage): Promise<RunTables> {
    const run = await startLoading(this.#database, this.#store, valueTopic, {
      plannedRows: encoded.rowCount,
    })
    const page = await claimPageNo(this.#database, run)
    await this.#store.storePage(valueTopic, page, encoded, PAGE_MEASURES)
    return run
  }

  async #compareRows(run: RunTables, rows: readonly ValueRow[]): Promise<void> {
    const stored = await readStoredRows(this.#database, valueTopic, run)
    if (stored.length !== rows.length) this.#report(`${rows.length} rows sent, ${stored.length} stored`)
    for (const [index, row] of rows.entries()) {
      for (const [column, expected] of row.stored.entries()) {
        const found = stored[index]?.[column + 1]
        if (expected !== found) this.#report(describeCell(index, column, expected, found))
      }
    }
  }

  async #compareDigest(run: RunTables, encoded: EncodedPage): Promise<void> {
    const { rowCount, digestSum } = await this.#readDigest(run)
    if (rowCount !== encoded.rowCount || digestSum !== encoded.digestSum)
      this.#report(
        `digest ${encoded.digestSum} expected, ${digestSum} of ${rowCount} rows computed by the database`,
      )
  }

  /** Changes one stored row: the database's digest must see it. */
  async #tamper(run: RunTables, encoded: EncodedPage): Promise<void> {
    const tampering = TAMPERINGS[(this.#id.batch >> 1) % TAMPERINGS.length] ?? 'near'
    const { affectedRows } = await this.#database.write(
      tamperSql(tampering, stagingName(run.runId, run.generation)),
    )
    if (affectedRows === 0) return
    this.#tally.countTampering()
    const { digestSum } = await this.#readDigest(run)
    if (digestSum === encoded.digestSum)
      this.#report(`the database's digest did not see the tampering ${tampering}`)
  }

  #changeRows(rows: readonly ValueRow[]): void {
    const random = createSeededRandom(this.#id.seed, this.#id.batch, 1)
    for (const [index, row] of rows.entries()) {
      const change = DIGEST_CHANGES[index % DIGEST_CHANGES.length] ?? 'near'
      const isSeen = digestSees(change, row, random)
      if (isSeen !== undefined) this.#tally.countChange(change)
      if (isSeen === false) this.#report(`row ${index}: its digest did not see the change ${change}`)
    }
  }

  #readDigest(run: RunTables) {
    return this.#database.withSession((session) => this.#store.digestStaging(session, valueTopic, run))
  }

  #report(what: string): void {
    this.#tally.addMismatch({ ...this.#id, what })
  }
}

const SHOWN_CHARS = 200

function describeCell(index: number, column: number, expected: unknown, found: unknown): string {
  const name = valueTopic.columns[column]?.name ?? 'a system column'
  const show = (value: unknown) => JSON.stringify(value)?.slice(0, SHOWN_CHARS)
  return `row ${index}, ${name}: ${show(expected)} expected, ${show(found)} stored`
}
