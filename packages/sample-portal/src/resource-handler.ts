import type { Answer } from './answer.ts'
import { answerSoqlError } from './errors.ts'
import { loseOrder } from './order-loss.ts'
import { headerOf, type PortalContext, type PortalRequest } from './portal-context.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ServedDataset } from './replica.ts'
import { answerCondition, fieldHeaders, versionHeaders } from './resource-headers.ts'
import { readResourceQuery } from './resource-query.ts'
import { SoqlError } from './soql-error.ts'
import { planQuery } from './soql-plan.ts'
import type { SoqlQuery } from './soql-syntax.ts'
import { writeCsvRows } from './wire-csv.ts'
import { writeJsonRows } from './wire-json.ts'

const FORMATS = {
  json: { contentType: 'application/json;charset=utf-8', write: writeJsonRows },
  csv: { contentType: 'text/csv;charset=utf-8', write: writeCsvRows },
} as const

type Format = keyof typeof FORMATS

/** `GET /resource/{4x4}` with or without an extension. `extension` is without its dot. */
export function answerResource(
  dataset: ServedDataset,
  extension: string | undefined,
  request: PortalRequest,
  context: PortalContext,
): Answer {
  const format =
    extension === undefined ? negotiateFormat(headerOf(request, 'accept')) : knownFormat(extension)
  if (format === undefined) return { status: 406, headers: {} }
  let query: SoqlQuery | undefined
  try {
    query = readResourceQuery(request.query, dataset.columns)
    const asked = loseOrder(capRows(query, request.rowLimit), request.orderLoss)
    const plan = planQuery(asked, { columns: dataset.columns, codec: dataset.codec, zone: context.zone })
    return answerPlan({ plan, dataset, format, request, context })
  } catch (error) {
    if (error instanceof SoqlError) return answerSoqlError(error, dataset, query)
    throw error
  }
}

interface Planned {
  readonly plan: QueryPlan
  readonly dataset: ServedDataset
  readonly format: Format
  readonly request: PortalRequest
  readonly context: PortalContext
}

function answerPlan({ plan, dataset, format, request, context }: Planned): Answer {
  const version = versionHeaders(dataset, request)
  const decided = answerCondition(request, version)
  if (decided !== undefined) return decided
  const { contentType, write } = FORMATS[format]
  const { table } = dataset
  const bom = format === 'csv' && request.query.get('$$bom') === 'true' ? '\uFEFF' : ''
  const { dataVersion } = dataset.version()
  const key = [dataset.id, dataVersion, format, request.rowLimit, request.target].join('\n')
  return {
    status: 200,
    headers: { 'Content-Type': contentType, ...fieldHeaders(plan.fields), ...version },
    body: {
      make: () => bom + write(plan.fields, plan.run(table, context.random)),
      ...(plan.repeatable ? { cacheKey: key } : {}),
    },
  }
}

function capRows(query: SoqlQuery, rowLimit: number | undefined): SoqlQuery {
  if (rowLimit === undefined) return query
  return { ...query, limit: Math.min(query.limit ?? rowLimit, rowLimit) }
}

function knownFormat(name: string): Format | undefined {
  return name === 'json' || name === 'csv' ? name : undefined
}

/** The first format that the Accept header names; JSON where it takes anything. */
function negotiateFormat(accept: string): Format | undefined {
  if (accept === '') return 'json'
  for (const entry of accept.split(',')) {
    const type = entry.split(';')[0]?.trim().toLowerCase()
    if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json'
    if (type === 'text/csv' || type === 'text/*') return 'csv'
  }
  return undefined
}
