import type { DatasetHandle, FaultAction, SamplePortal } from '@gather/sample-portal'
import type { PortalTrouble, SourceChange } from './plan-chaos.ts'

const ACTIONS: Readonly<Record<PortalTrouble, FaultAction>> = {
  unavailable: { kind: 'status', status: 503 },
  throttled: { kind: 'status', status: 429, headers: { 'Retry-After': '1' } },
  cut: { kind: 'cut', afterBytes: 700 },
  slow: { kind: 'delay', delayMs: 700 },
  html: { kind: 'body', body: '<html>Down for maintenance</html>', contentType: 'text/html' },
  empty: { kind: 'body', body: '' },
  stale: { kind: 'headers', headers: { 'X-SODA2-Data-Out-Of-Date': 'true' } },
}

/** A page takes this long, so that a run lasts long enough to be disturbed. */
const CALM: FaultAction = { kind: 'delay', delayMs: 60 }

/** Has the portal treat its next requests in some way, and be merely slow in between. */
export function troublePortal(portal: SamplePortal): {
  begin(trouble: PortalTrouble, requestCount: number): void
  end(): void
} {
  let trouble: PortalTrouble | undefined
  let requestsLeft = 0
  portal.setFault(() => {
    if (trouble === undefined || requestsLeft === 0) return CALM
    requestsLeft -= 1
    return ACTIONS[trouble]
  })
  return {
    begin(next, requestCount) {
      trouble = next
      requestsLeft = requestCount
    },
    end() {
      trouble = undefined
    },
  }
}

/** Changes a few rows of a data set, or all of them. */
export function changeSource(dataset: DatasetHandle, change: SourceChange): void {
  const rows = dataset.rows()
  const few = new Set(rows.filter((_, index) => index % 97 === 3).map((row) => row[':id']))
  const isOneOfFew = (row: { readonly ':id'?: unknown }) => few.has(row[':id'])
  const copies = rows.filter(isOneOfFew).map(withoutSystemFields)
  if (change === 'insert') dataset.insertRows(copies)
  if (change === 'update')
    dataset.updateRows(isOneOfFew, { animal_s_name: `Renamed ${dataset.version().dataVersion}` })
  if (change === 'delete') dataset.deleteRows(isOneOfFew)
  if (change === 'replace') dataset.replaceAll(rows.map(withoutSystemFields))
}

const withoutSystemFields = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(':')))
