import { createHash } from 'node:crypto'
import { z } from 'zod'
import { answerFault, invalidBody } from './errors.ts'
import type { SourceColumn, SourceDescription, SourceVersion } from './source.ts'

/** Made by the portal out of region sets; they come and go without the publisher, and vanish under `$order`. */
const COMPUTED_REGION = ':@computed_region'

const viewDocument = z.looseObject({
  name: z.string(),
  viewType: z.string().optional(),
  assetType: z.string().optional(),
  /** Seconds since 1970. */
  rowsUpdatedAt: z.number().int().nonnegative().optional(),
  columns: z.array(z.looseObject({ fieldName: z.string(), dataTypeName: z.string() })).default([]),
})
type ViewDocument = z.output<typeof viewDocument>

/** @throws Fault `SOURCE_BODY_INVALID` (transient) where the document is no view */
export function parseView(url: URL, json: unknown): ViewDocument {
  const parsed = viewDocument.safeParse(json)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.') || 'the document'
  throw invalidBody(url, `the metadata is not in the form expected, at ${path}`)
}

/** @throws Fault `SOURCE_NOT_TABULAR` (terminal) for maps, files, links and other assets without rows */
export function describeView(url: URL, view: ViewDocument): SourceDescription {
  const columns = view.columns
    .filter(({ fieldName }) => !fieldName.startsWith(COMPUTED_REGION))
    .map(({ fieldName, dataTypeName }) => ({ fieldName, dataTypeName }))
  if ((view.viewType ?? 'tabular') !== 'tabular' || columns.length === 0) throw notTabular(url, view)
  return { name: view.name, columns, fingerprint: fingerprintColumns(columns) }
}

/** @throws Fault `SOURCE_VERSION_MISSING` (terminal) where the portal tells no time of its rows either */
export function versionOfView(url: URL, view: ViewDocument): SourceVersion {
  if (view.rowsUpdatedAt !== undefined) {
    return { kind: 'metadata', value: new Date(view.rowsUpdatedAt * 1000).toISOString() }
  }
  const reason = 'the portal tells no version of this data set, so a complete copy could not be proven'
  throw answerFault({ url, code: 'SOURCE_VERSION_MISSING', kind: 'terminal', reason })
}

/** Sorted, as a column that only moved is no change: rows are read by name. */
function fingerprintColumns(columns: readonly SourceColumn[]): string {
  const lines = columns.map(({ fieldName, dataTypeName }) => `${fieldName} ${dataTypeName}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}

function notTabular(url: URL, view: ViewDocument) {
  const kind = (view.viewType === 'tabular' ? undefined : view.viewType) ?? view.assetType ?? 'asset'
  const reason = `this is no table but a ${kind.slice(0, 40)}; take the id of the data set behind it`
  return answerFault({ url, code: 'SOURCE_NOT_TABULAR', kind: 'terminal', reason })
}
