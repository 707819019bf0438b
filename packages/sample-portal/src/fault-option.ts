import type { BytePlace } from './fault.ts'

/** One option of a named fault. */
export interface FaultOption<Value> {
  /** What its text may be, after `must be`. */
  readonly allowed: string
  /** The value of a text; undefined when it is not allowed. */
  read(text: string): Value | undefined
  /** The value where the option is not given; without this the option must be given. */
  readonly absent?: { readonly value: Value }
}

export type FaultOptions = Readonly<Record<string, FaultOption<unknown>>>

/** The values of some options by their names. */
export type OptionValues<Options extends FaultOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends FaultOption<infer Value> ? Value : never
}

/** The same option with a value for when it is not given. */
export function withDefault<Value, const Default extends Value | undefined>(
  option: FaultOption<Value>,
  value: Default,
): FaultOption<Value | Default> {
  return { ...option, absent: { value } }
}

/** A whole number from `min` to `max`, written with digits only. */
export function wholeNumber(min: number, max = 999_999_999): FaultOption<number> {
  return {
    allowed: max === 999_999_999 ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`,
    read: (text) => {
      const value = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN
      return value >= min && value <= max ? value : undefined
    },
  }
}

/** A number above 0 and at most 1. */
export const share: FaultOption<number> = {
  allowed: 'a number above 0 and at most 1, such as 0.1',
  read: (text) => {
    const value = /^(0?\.\d{1,9}|1(\.0*)?)$/.test(text) ? Number(text) : 0
    return value > 0 ? value : undefined
  },
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): FaultOption<Choice> {
  return {
    allowed: `one of ${choices.join(', ')}`,
    read: (text) => choices.find((choice) => choice === text),
  }
}

/** `1000`, `-8` (eight before the end) or `50%`. */
export const bytePlace: FaultOption<BytePlace> = {
  allowed: 'a number of bytes, negative from the end, or a share such as 50%',
  read: (text) => {
    if (/^-?\d{1,9}$/.test(text)) return Number(text)
    const percent = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1]
    return percent !== undefined && Number(percent) <= 100 ? `${Number(percent)}%` : undefined
  },
}

export const someText: FaultOption<string> = {
  allowed: 'a text',
  read: (text) => (text === '' ? undefined : text),
}

/** The API name of a column. */
export const columnName: FaultOption<string> = {
  allowed: 'an API name such as zip_code',
  read: (text) => (/^:?@?[a-z0-9_]{1,100}$/.test(text) ? text : undefined),
}
