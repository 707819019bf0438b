/** A time as the clocks of a zone show it, such as `Sun 2026-11-29 03:00 PST`. */
export function localTime(time: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
  const { weekday, year, month, day, hour, minute, timeZoneName } = parts
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`
}
