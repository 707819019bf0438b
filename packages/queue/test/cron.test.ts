import { describe, expect, it } from 'vitest'
import { checkCron, nextTime } from '../src/cron.ts'

const LOS_ANGELES = 'America/Los_Angeles'
const NOW = new Date('2026-11-28T22:00:00Z')

/** The next times after one, each after the one before, as a schedule meets them. */
function timesFrom(cron: string, start: string, count: number, timeZone = LOS_ANGELES): string[] {
  let after = new Date(start)
  return Array.from({ length: count }, () => {
    after = nextTime(cron, timeZone, after)
    return after.toISOString().slice(0, 16)
  })
}

describe('the next time of a schedule', () => {
  it('is told by the clocks of its zone', () => {
    expect(timesFrom('0 3 * * *', '2026-11-28T22:00:00Z', 2)).toEqual([
      '2026-11-29T11:00',
      '2026-11-30T11:00',
    ])
    expect(timesFrom('0 3 * * *', '2026-11-28T22:00:00Z', 1, 'UTC')).toEqual(['2026-11-29T03:00'])
  })

  it('is never the time that it is asked after', () => {
    expect(timesFrom('0 3 * * *', '2026-11-29T03:00:00.000Z', 1, 'UTC')).toEqual(['2026-11-30T03:00'])
    expect(timesFrom('0 3 * * *', '2026-11-29T02:59:59.999Z', 1, 'UTC')).toEqual(['2026-11-29T03:00'])
  })

  it('is an hour later on the day whose clocks skip it', () => {
    expect(timesFrom('30 2 * * *', '2027-03-13T00:00:00Z', 3)).toEqual([
      '2027-03-13T10:30', // 2:30
      '2027-03-14T10:30', // 3:30, as 2:30 does not exist
      '2027-03-15T09:30', // 2:30
    ])
  })

  it('comes once on the day whose clocks show it twice, the first time', () => {
    expect(timesFrom('30 1 * * *', '2026-10-31T00:00:00Z', 3)).toEqual([
      '2026-10-31T08:30',
      '2026-11-01T08:30', // 1:30 in summer time; not again an hour later
      '2026-11-02T09:30',
    ])
    expect(timesFrom('30 2 * * *', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T10:30',
      '2026-11-02T10:30',
    ])
  })

  it('of every hour is every hour, whatever the clocks do', () => {
    const hours = ['2026-11-01T08:00', '2026-11-01T09:00', '2026-11-01T10:00', '2026-11-01T11:00']
    expect(timesFrom('0 * * * *', '2026-11-01T07:30:00Z', 4)).toEqual(hours)
    expect(timesFrom('0 * * * *', '2027-03-14T09:30:00Z', 2)).toEqual([
      '2027-03-14T10:00',
      '2027-03-14T11:00',
    ])
  })
})

describe('a cron expression', () => {
  it.each([
    '0 3 * * *',
    '*/15 8-18 * * mon-fri',
    '0 4 1,15 * *',
    '0 0 L * *',
    '30 5 * JAN-mar 1#2',
    '0 0 29 2 *',
  ])('such as %s is taken', (cron) => {
    expect(checkCron(cron, LOS_ANGELES, NOW)).toBe(cron)
  })

  it('is kept with single spaces', () => {
    expect(checkCron('  0   3 *\t* * ', 'UTC', NOW)).toBe('0 3 * * *')
  })

  it('has 200 characters at most', () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute).join()
    expect(checkCron(`${minutes} 0,1,10,11,12,13,14,15,16  * * *`, 'UTC', NOW)).toHaveLength(200)
    expect(() => checkCron(`${minutes} 0,10,11,12,13,14,15,16,17 * * *`, 'UTC', NOW)).toThrow(
      expect.objectContaining({
        code: 'USAGE_SCHEDULE',
        message: expect.stringContaining('it has 201 characters, 200 are the most'),
      }),
    )
  })

  it.each([
    ['', 'five fields'],
    ['* * * *', 'five fields'],
    ['0 0 3 * * *', 'five fields'],
    ['@daily', 'five fields'],
    ['H 3 * * *', '"H" is no field'],
    ['0 3 * * x', '"x" is no field'],
    ['61 * * * *', 'expected range 0-59'],
    ['0 24 * * *', 'expected range 0-23'],
    ['0 3 * * 8', 'expected range 0-7'],
    ['*/0 * * * *', "can't be used"],
    ['5-1 * * * *', 'Invalid range'],
    ['0 0 30 2 *', 'day of month'],
    ['0 0 31 2,4 *', "can't be used"],
  ])('such as "%s" is refused with a reason and an example', (cron, reason) => {
    const check = () => checkCron(cron, 'UTC', NOW)
    expect(check).toThrow(expect.objectContaining({ code: 'USAGE_SCHEDULE', kind: 'terminal' }))
    expect(check).toThrow(reason)
    expect(check).toThrow('an example: "0 3 * * *"')
  })
})

describe('a time zone', () => {
  it.each(['UTC', LOS_ANGELES, 'Europe/Berlin', 'Asia/Kolkata'])('such as %s is taken', (zone) => {
    expect(checkCron('0 3 * * *', zone, NOW)).toBe('0 3 * * *')
  })

  it.each(['', 'Mars/Olympus', 'local', 'system', 'UTC+2'])(
    'such as "%s" is refused with examples',
    (zone) => {
      expect(() => checkCron('0 3 * * *', zone, NOW)).toThrow(
        expect.objectContaining({
          code: 'USAGE_SCHEDULE',
          message: `there is no time zone "${zone}" (examples: UTC, America/Los_Angeles)`,
        }),
      )
    },
  )
})
