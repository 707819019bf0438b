import { ValueProblem } from './value-problem.ts'

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z)?)?$/

/** Most timestamps: in full, and on a day that every month has. They need no closer look. */
const ORDINARY =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z?$/

/**
 * Takes apart a floating (`2018-11-16T00:00:00.000`) or fixed (`…Z`, UTC) timestamp.
 * @returns `YYYY-MM-DD` and `HH:MM:SS.mmm`
 */
export function parseTimestamp(value: unknown): { readonly date: string; readonly time: string } {
  if (typeof value === 'string' && ORDINARY.test(value))
    return { date: value.slice(0, 10), time: value.slice(11, 23) }
  const match = typeof value === 'string' ? TIMESTAMP.exec(value) : null
  if (match === null) throw new ValueProblem('it is not a timestamp')
  const { 1: year = '', 2: month = '', 3: day = '', 4: hour = '00', 5: minute = '00' } = match
  const { 6: second = '00', 7: fraction = '' } = match
  if (fraction.length > 3 && /[1-9]/.test(fraction.slice(3)))
    throw new ValueProblem('it has more than three decimals of a second')
  if (!isDay(Number(year), Number(month), Number(day))) throw new ValueProblem('there is no such day')
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new ValueProblem('there is no such time')
  return {
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`,
  }
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return days !== undefined && day <= days
}
