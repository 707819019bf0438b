import { ValueProblem } from './value-problem.ts'

/** A decimal number taken apart: `0.<digits> * 10^point`, digits without leading or trailing zeros; zero has none. */
export interface DecimalDigits {
  readonly negative: boolean
  readonly digits: string
  readonly point: number
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/

/** Takes apart the text of a number, as portals send it: plain or with an exponent. */
export function parseDecimal(value: unknown): DecimalDigits {
  const text = typeof value === 'number' ? String(value) : value
  const match = typeof text === 'string' ? NUMBER.exec(text) : null
  if (match === null) throw new ValueProblem('it is not a number')
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') throw new ValueProblem('it is not a number')
  const all = whole + fraction
  const leading = countZeros(all)
  const digits = all.slice(leading, endOfDigits(all))
  if (digits === '') return { negative: false, digits: '', point: 0 }
  return { negative: sign === '-', digits, point: whole.length - leading + Number(exponent) }
}

function countZeros(digits: string): number {
  let count = 0
  while (digits[count] === '0') count++
  return count
}

/** Where the zeros at the end begin. Not by a regular expression: on zeros in the middle it takes their number squared. */
function endOfDigits(digits: string): number {
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end
}

/** The number written plainly with exactly `scale` decimals. The digits must fit. */
export function plainText({ negative, digits, point }: DecimalDigits, scale: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const fraction = `${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`
  const sign = negative ? '-' : ''
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction.padEnd(scale, '0')}`
}
