import type { Session } from '@gather/ledger'
import { Fault, LIMITS } from '@gather/platform'
import { retryTransient, type Source, type SourceRow, type SourceVersion } from '@gather/source'
import { type ColumnDifference, digestPage, type Store } from '@gather/store'
import type { Topic } from '@gather/topics'
import { assertSameVersion } from '../mirror/assert-same-version.ts'
import { ASK_ATTEMPTS } from '../services.ts'
import { EXAMPLES_MAX } from './identify-rows.ts'

export interface ValueComparing {
  readonly source: Source
  readonly store: Store
  readonly session: Session
  readonly topic: Topic
  readonly signal: AbortSignal
  /** Of the source, at `version`. */
  readonly rowCount: number
  readonly version: SourceVersion
}

export interface ChangedRow {
  readonly id: string
  readonly columns: readonly ColumnDifference[]
}

/** Rows that both sides have with the same time of change, and with other values. */
export interface ChangedRows {
  readonly count: number
  /** Their ids, at most `LIMITS.rowIdsMax`: what a repair reads. */
  readonly ids: readonly string[]
  readonly examples: readonly ChangedRow[]
}

/** Reads every row of the source, page by page, and compares its digest with that of the stored row; `outdatedIds` are left aside. */
export async function compareValues(
  comparing: ValueComparing,
  outdatedIds: ReadonlySet<string>,
): Promise<ChangedRows> {
  const { store, session, topic, rowCount } = comparing
  const ids: string[] = []
  let count = 0
  const examples: ChangedRow[] = []
  for (let offset = 0; offset < rowCount; offset += topic.pageRows) {
    const rows = await fetchRows(comparing, offset)
    const digests = digestPage(topic, rows)
    const stored = await store.digestRows(
      session,
      topic,
      rows.map((row) => String(row[':id'])),
    )
    for (const [index, row] of rows.entries()) {
      const id = String(row[':id'])
      const digest = stored.get(id)
      if (digest === undefined || digest === digests[index] || outdatedIds.has(id)) continue
      count += 1
      if (ids.length < LIMITS.rowIdsMax) ids.push(id)
      if (examples.length < EXAMPLES_MAX)
        examples.push({ id, columns: await store.compareRow(session, topic, row) })
    }
  }
  const now = await retryTransient(() => comparing.source.count(undefined, comparing.signal), {
    attempts: ASK_ATTEMPTS,
    signal: comparing.signal,
  })
  assertSameVersion(comparing.version, now.version)
  return { count, ids, examples }
}

async function fetchRows(comparing: ValueComparing, offset: number): Promise<readonly SourceRow[]> {
  const { source, topic, signal, rowCount, version } = comparing
  const limit = Math.min(topic.pageRows, rowCount - offset)
  const columns = topic.columns.map((column) => column.from)
  const fetchWhole = async () => {
    const page = await source.fetchPage({ columns, offset, limit }, signal)
    return { version: page.version, rows: [...page.rows] }
  }
  const page = await retryTransient(fetchWhole, { attempts: ASK_ATTEMPTS, signal })
  const isSame =
    page.version === undefined ? version.kind === 'metadata' : page.version.value === version.value
  if (!isSame || page.rows.length !== limit) throw moved(version)
  return page.rows
}

const moved = (version: SourceVersion): Fault =>
  new Fault({
    code: 'SOURCE_ANSWERS_DISAGREE',
    kind: 'transient',
    message: `the source moved from version ${version.value} while its rows were compared`,
  })
