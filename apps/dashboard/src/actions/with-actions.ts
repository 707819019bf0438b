import { type Answer, textAnswer } from '../answer.ts'
import type { DashboardContext, DashboardRequest } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import type { Actions } from './actions.ts'

export type ActionHandler = (
  context: DashboardContext,
  request: DashboardRequest,
  actions: Actions,
) => Answer | Promise<Answer>

/** Gives a handler what it needs to change something; where that is switched off, the answer is 403. */
export function withActions(handle: ActionHandler): Handler {
  return (context, request) =>
    context.actions === undefined
      ? textAnswer(
          403,
          'Nothing can be changed here: the dashboard was started without DASHBOARD_ACTIONS=on.',
        )
      : handle(context, request, context.actions)
}
