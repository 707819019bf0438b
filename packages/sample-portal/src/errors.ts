import type { Answer } from './answer.ts'
import { answerJson } from './answer.ts'
import type { ServedDataset } from './replica.ts'
import type { SoqlError } from './soql-error.ts'
import { renderQuery } from './soql-render.ts'
import type { SoqlQuery } from './soql-syntax.ts'

/** An error in the shape of the portal's front, thrown by whoever finds it: `{code, error, message, data}`. */
export class FrontError extends Error {
  readonly answer: Answer

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body.message))
    this.name = 'FrontError'
    this.answer = answerJson(status, body)
  }
}

export function unrecognizedArguments(names: readonly string[]): FrontError {
  return new FrontError(400, { error: true, message: `Unrecognized arguments [${names.join(', ')}]` })
}

export function missingDataset(id: string): FrontError {
  return new FrontError(404, { code: 'dataset.missing', error: true, message: 'Not found', data: { id } })
}

export function missingView(id: string): FrontError {
  return new FrontError(404, { code: 'not_found', error: true, message: `Cannot find view with id ${id}` })
}

export function invalidAppToken(): FrontError {
  return new FrontError(403, {
    code: 'permission_denied',
    error: true,
    message: 'Invalid app_token specified',
  })
}

/** 400 in the shape of the row service, with the query echoed and a caret under the fault. */
export function answerSoqlError(
  error: SoqlError,
  dataset: ServedDataset,
  query: SoqlQuery | undefined,
): Answer {
  const position = positionOf(error, dataset, query)
  const place = `position: Map(row -> 1, column -> ${position.column}, line -> ${JSON.stringify(position.line)})`
  return answerJson(400, {
    message: `Query coordinator error: ${error.code}; ${error.message}; ${place}`,
    errorCode: error.code,
    data: { ...error.data, dataset: dataset.internalName, position },
  })
}

function positionOf({ place }: SoqlError, dataset: ServedDataset, query: SoqlQuery | undefined) {
  if ('text' in place) return { row: 1, column: place.offset + 1, line: withCaret(place.text, place.offset) }
  if (query === undefined) return { row: 1, column: 1, line: '' }
  const { text, offsets } = renderQuery(query, dataset.columns, dataset.savedView)
  const offset = offsets.get(place.expression) ?? 0
  return { row: 1, column: offset + 1, line: withCaret(text, offset) }
}

function withCaret(text: string, offset: number): string {
  return `${text}\n${' '.repeat(offset)}^`
}

/** 500 of the row service; the tag is what a caller would report. */
export function answerInternalError(tag: string): Answer {
  return answerJson(500, {
    message: `Internal error: please include code ${tag} if you report the error`,
    errorCode: 'internal-error',
    data: { tag },
  })
}
