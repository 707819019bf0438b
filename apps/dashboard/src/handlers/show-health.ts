import { jsonAnswer } from '../answer.ts'
import type { Handler } from '../handler.ts'

/** `/healthz`: the process is alive; whether it can show anything is `/readyz`. Open to everybody. */
export const showHealth: Handler = () => jsonAnswer(200, { status: 'ok' })
