import { readConfig } from '@gather/platform'
import { expect, test } from 'vitest'
import { readActionRules } from '../src/access/action-rules.ts'

const rulesOf = (env: Record<string, string>) =>
  readActionRules(readConfig({ MYSQL_URL: 'mysql://u:p@127.0.0.1/rover', ...env }).dashboard)
const LOGIN = { DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: 'right-word' }

test('nothing may be changed unless it is switched on', () => {
  expect(rulesOf(LOGIN)).toEqual({ runs: false, queues: false })
  expect(rulesOf({ ...LOGIN, DASHBOARD_ACTIONS: 'off' })).toEqual({ runs: false, queues: false })
})

test('runs and queues are switched on apart', () => {
  expect(rulesOf({ ...LOGIN, DASHBOARD_ACTIONS: 'on' })).toEqual({ runs: true, queues: false })
  expect(rulesOf({ ...LOGIN, DASHBOARD_QUEUE_ACTIONS: 'on' })).toEqual({ runs: false, queues: true })
})

test.each(['DASHBOARD_ACTIONS', 'DASHBOARD_QUEUE_ACTIONS'])('%s is refused without a login', (name) => {
  expect(() => rulesOf({ [name]: 'on' })).toThrow(
    `${name}=on lets people change things: set DASHBOARD_USER and DASHBOARD_PASSWORD, or ${name}=off`,
  )
  expect(() => rulesOf({ [name]: 'on', DASHBOARD_USER: 'ann' })).toThrow('DASHBOARD_PASSWORD')
})

test('another word is refused', () => {
  expect(() => rulesOf({ DASHBOARD_ACTIONS: 'yes' })).toThrow('DASHBOARD_ACTIONS: must be on or off')
})
