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

function showValue(value: unknown): string {
  const text = value === undefined ? 'null' : (JSON.stringify(value) ?? String(value))
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters)` : text
}
