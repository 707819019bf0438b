import { Fault } from '@gather/platform'

/** Why one value can't be stored exactly; becomes a fault that names row and column. */
export class ValueProblem extends Error {}

const SHOWN_CHARS = 100

/**
 * The fault for a value that does not fit its column: it is never cut, rounded or replaced.
 * @returns Fault `VALUE_UNFIT` (terminal)
 */
export function valueFault(rowId: string, column: string, value: unknown, problem: ValueProblem): Fault {
  const shown = showValue(value)
  return new Fault({
    code: 'VALUE_UNFIT',
    kind: 'terminal',
    message: `row ${rowId}: column ${column} can't hold ${shown}: ${problem.message}; change the column's type in the topic file`,
    context: { rowId, column },
  })
}

/** A value as JSON, shortened before it is written: it may be of any size and depth. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'string' || value.length <= SHOWN_CHARS) return shorten(writeJson(value))
  return `${JSON.stringify(value.slice(0, SHOWN_CHARS))}… (${value.length} characters)`
}

const shorten = (text: string): string =>
  text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters)` : text

function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    return 'a value nested too deeply to be shown'
  }
}
