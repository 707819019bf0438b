import { expect, test } from 'vitest'
import { readOptions, UsageError } from '../src/options.ts'

test('without arguments every scenario but scale is run five times', () => {
  expect(readOptions([])).toMatchObject({
    scenarios: ['million', 'small', 'latency', 'planning', 'mirror'],
    runCount: 5,
    concurrency: 4,
    rowIds: 'scattered',
    yardsticks: ['client', 'bare', 'rows', 'pandas'],
    serverArgs: [],
    profile: false,
  })
})

test('figures and choices are read', () => {
  const text =
    'million scale --runs 2 --rows 1000 --workers 3 --page-rows 50 --latency-ms 0 --yardsticks client,bare --server both --profile --json out.json --row-ids scattered --innodb-buffer-pool-size 1G'
  expect(readOptions(['--', ...text.split(' ')])).toMatchObject({
    scenarios: ['million', 'scale'],
    runCount: 2,
    rowCount: 1_000,
    workerCount: 3,
    pageRows: 50,
    latencyMs: 0,
    yardsticks: ['client', 'bare'],
    server: 'both',
    profile: true,
    jsonPath: 'out.json',
    rowIds: 'scattered',
    serverArgs: ['--innodb-buffer-pool-size=1G'],
  })
})

test('no yardstick at all can be asked for', () => {
  expect(readOptions(['--yardsticks', 'none']).yardsticks).toEqual([])
})

test.each([
  [['huge'], 'the scenario must be one of: million'],
  [['--runs', '0'], '--runs must be a whole number from 1'],
  [['--rows', ''], '--rows must be a whole number'],
  [['--workers', '1.5'], '--workers must be a whole number from 1 to 64'],
  [['--server', 'oracle'], '--server must be one of: mariadb, mysql, both'],
  [['--yardsticks', 'client,guess'], '--yardsticks must be one of'],
])('%s is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError)
  expect(() => readOptions(args)).toThrow(message)
})
