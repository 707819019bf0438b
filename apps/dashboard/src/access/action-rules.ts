import { type Config, Fault } from '@gather/platform'

/** What may be changed by way of the dashboard, decided once at the start; nothing unless it is switched on. */
export interface ActionRules {
  /** Runs are started, planned anew and cancelled. */
  readonly runs: boolean
  /** Bull Board changes the queues. */
  readonly queues: boolean
}

/** @throws Fault `CONFIG_INVALID` (terminal): something may be changed, and nobody is asked who they are */
export function readActionRules(dashboard: Config['dashboard']): ActionRules {
  const { hasActions, hasQueueActions, user, password } = dashboard
  const name = hasActions ? 'DASHBOARD_ACTIONS' : 'DASHBOARD_QUEUE_ACTIONS'
  if ((hasActions || hasQueueActions) && (user === undefined || password === undefined))
    throw new Fault({
      code: 'CONFIG_INVALID',
      kind: 'terminal',
      message: `${name}=on lets people change things: set DASHBOARD_USER and DASHBOARD_PASSWORD, or ${name}=off`,
    })
  return { runs: hasActions, queues: hasQueueActions }
}
