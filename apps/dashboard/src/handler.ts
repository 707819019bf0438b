import type { Answer } from './answer.ts'
import type { DashboardContext, DashboardRequest } from './dashboard-context.ts'

/** Answers one kind of request; knows no web server. */
export type Handler = (context: DashboardContext, request: DashboardRequest) => Answer | Promise<Answer>
