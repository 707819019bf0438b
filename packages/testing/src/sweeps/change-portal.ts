import type { DatasetHandle } from '@gather/sample-portal'
import type { IncrementalSchedule, PortalChange, PortalChangeKind } from './incremental-plan.ts'

type PortalRecord = ReturnType<DatasetHandle['rows']>[number]

/** A data set that changes as incremental runs have to notice. */
export interface ChangingSource {
  change(change: PortalChange): void
  /** The first rows under new ids, with times as a schedule begins with them. */
  restore(firstTimes: IncrementalSchedule['firstTimes']): void
}

const HOUR_MS = 3_600_000
/** Well inside the time after which a row may still become visible. */
const LATE_HOURS_MAX = 40
const SHRINK_LEAVES = 0.2
const TIMELESS_EVERY = 20

/** Changes the pet licences of a portal. No row gets a time of change that it had before. */
export function createChangingSource(dataset: DatasetHandle): ChangingSource {
  const firstRows = dataset.rows()
  let changeCount = 0
  return {
    change(change) {
      changeCount += 1
      new Changer(dataset, change, changeCount).apply()
    },
    restore(firstTimes) {
      dataset.replaceAll(
        firstRows.map((row, index) => ({ ...withoutSystemFields(row), ...timeOf(row, index, firstTimes) })),
      )
    },
  }
}

/** Every second row changed some hours ago, in a few batches, and a few rows have no time. */
function timeOf(row: PortalRecord, index: number, firstTimes: IncrementalSchedule['firstTimes']) {
  if (firstTimes === 'now') return {}
  if (firstTimes === 'published' || index % 2 === 0) return { ':updated_at': row[':updated_at'] ?? null }
  if (index % TIMELESS_EVERY === 1) return { ':updated_at': null }
  return { ':updated_at': hoursAgo(2 + 7 * (index % 5)) }
}

/** To the hour, so that rows share it. */
const hoursAgo = (hours: number): string =>
  new Date((Math.floor(Date.now() / HOUR_MS) - hours) * HOUR_MS).toISOString()

/** One change of a data set, which is the number `changeNo` since the start. */
class Changer {
  readonly #dataset: DatasetHandle
  readonly #change: PortalChange
  readonly #changeNo: number
  readonly #deeds: Readonly<Record<PortalChangeKind, () => void>> = {
    insert: () => this.#insertCopies({}),
    update: () => this.#update(this.#choose(), {}),
    delete: () => this.#delete(this.#choose()),
    exchange: () => {
      this.#delete(this.#choose())
      this.#insertCopies({})
    },
    lateInsert: () => this.#insertCopies({ ':updated_at': this.#recentTime() ?? this.#lateTime() }),
    lateUpdate: () => this.#update(this.#choose(), { ':updated_at': this.#lateTime() }),
    lateExchange: () => this.#exchangeLate(),
    insertTimeless: () => this.#insertCopies({ ':updated_at': null }),
    updateTimeless: () => this.#update(this.#choose(isTimeless), { ':updated_at': null }),
    deleteTimeless: () => this.#delete(this.#choose(isTimeless)),
    loseTime: () => this.#update(this.#choose(), { ':updated_at': null }),
    replaceAll: () => this.#dataset.replaceAll(this.#dataset.rows().map(withoutSystemFields)),
    shrink: () => this.#delete(this.#dataset.rows().slice(Math.ceil(this.#dataset.rowCount * SHRINK_LEAVES))),
  }

  constructor(dataset: DatasetHandle, change: PortalChange, changeNo: number) {
    this.#dataset = dataset
    this.#change = change
    this.#changeNo = changeNo
  }

  apply(): void {
    this.#deeds[this.#change.kind]()
  }

  /** Rows side by side among those that will do. */
  #choose(willDo: (row: PortalRecord) => boolean = () => true): PortalRecord[] {
    const rows = this.#dataset.rows().filter(willDo)
    const start = Math.floor(this.#change.place * rows.length)
    return rows.slice(start, start + this.#change.rowCount)
  }

  #insertCopies(times: PortalRecord): void {
    this.#dataset.insertRows(this.#choose().map((row) => ({ ...withoutSystemFields(row), ...times })))
  }

  #update(rows: readonly PortalRecord[], times: PortalRecord): void {
    const name = { animal_s_name: `Renamed ${this.#dataset.version().dataVersion}` }
    this.#dataset.updateRows(rowTest(rows), { ...name, ...times })
  }

  #delete(rows: readonly PortalRecord[]): void {
    this.#dataset.deleteRows(rowTest(rows))
  }

  /** No count tells it. */
  #exchangeLate(): void {
    const chosen = this.#choose(isRecent)
    this.#delete(chosen)
    this.#dataset.insertRows(
      chosen.map((row) => ({ ...withoutSystemFields(row), ':updated_at': row[':updated_at'] ?? null })),
    )
  }

  /** That of a row that may be stored already, for every second change. */
  #recentTime(): unknown {
    return this.#changeNo % 2 === 0 ? this.#choose(isRecent)[0]?.[':updated_at'] : undefined
  }

  /** One that no row has. */
  #lateTime(): string {
    const agoMs = this.#change.place * LATE_HOURS_MAX * HOUR_MS + this.#changeNo
    return new Date(Math.floor(Date.now() - agoMs)).toISOString()
  }
}

const isTimeless = (row: PortalRecord): boolean => (row[':updated_at'] ?? null) === null

const isRecent = (row: PortalRecord): boolean =>
  Date.now() - Date.parse(String(row[':updated_at'])) < LATE_HOURS_MAX * HOUR_MS

function rowTest(rows: readonly PortalRecord[]): (row: PortalRecord) => boolean {
  const ids = new Set(rows.map((row) => row[':id']))
  return (row) => ids.has(row[':id'])
}

const withoutSystemFields = (row: PortalRecord): PortalRecord =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(':')))
