import type { Answer } from './answer.ts'
import type { DashboardContext, DashboardRequest } from './dashboard-context.ts'
import type { LiveSource } from './live/live-source.ts'

/** Answers one kind of request; knows no web server. */
export type Handler = (context: DashboardContext, request: DashboardRequest) => Answer | Promise<Answer>

/** Finds what a page is to be live about, or answers why it can't be. */
export type StreamHandler = (
  context: DashboardContext,
  request: DashboardRequest,
) => Promise<Answer | LiveSource>
