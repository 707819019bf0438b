import { ValueProblem } from './value-problem.ts'

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z)?)?$/

/**
 * Takes apart a floating (`2018-11-16T00:00:00.000`) or fixed (`…Z`, UTC) timestamp.
 * @returns `YYYY-MM-DD` and `HH:MM:SS.mmm`
 */
export function parseTimestamp(value: unknown): { readonly date: string; readonly time: string } {
  const match = typeof value === 'string' ? TIMESTAMP.exec(value) : null
  if (match === null) throw new ValueProblem('it is not a timestamp')
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = match
  if (/[1-9]/.test(fraction.slice(3))) throw new ValueProblem('it has more than three decimals of a second')
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
