import type { SoqlType } from './wire-type.ts'

/** A value in its stored form: texts, numbers and timestamps as strings, row ids as their integer. */
export type Value = unknown

export type Comparator = (left: Value, right: Value) => number

const COMPARATORS: Readonly<Partial<Record<SoqlType, Comparator>>> = {
  text: compareTexts,
  photo: compareTexts,
  blob: compareTexts,
  floating_timestamp: compareTexts,
  fixed_timestamp: compareTexts,
  number: compareNumbers,
  double: compareNumbers,
  row_identifier: compareNumbers,
  row_version: compareNumbers,
  boolean: compareNumbers,
}

/** How two values of a type that are not null compare; undefined for a type that has no order. */
export function comparatorOf(type: SoqlType): Comparator | undefined {
  return COMPARATORS[type]
}

/** Ascending order puts null last, so descending puts it first, as in postgres. */
export function nullsLast(compare: Comparator): Comparator {
  return (left, right) => {
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return compare(left, right)
  }
}

function compareTexts(left: Value, right: Value): number {
  const [a, b] = [String(left), String(right)]
  if (a === b) return 0
  return a < b ? -1 : 1
}

function compareNumbers(left: Value, right: Value): number {
  return Number(left) - Number(right)
}
