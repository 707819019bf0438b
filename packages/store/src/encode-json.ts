import { ValueProblem } from './value-problem.ts'

/** Deeper than any real value, and far from where a recursion ends. */
const DEPTH_MAX = 100

/** The JSON text of a parsed value; throws a `ValueProblem` where it can't be written. */
export function encodeJson(value: unknown): string {
  checkWritable(value, 1)
  return JSON.stringify(value)
}

/** A number beyond a double's range was parsed as infinity, which would be written as null. */
function checkWritable(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ValueProblem('it holds a number out of range')
  if (typeof value !== 'object' || value === null) return
  if (depth > DEPTH_MAX) throw new ValueProblem(`it is nested more than ${DEPTH_MAX} levels deep`)
  for (const part of Object.values(value)) checkWritable(part, depth + 1)
}
