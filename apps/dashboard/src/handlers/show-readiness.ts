import { listAway } from '@gather/runs'
import { jsonAnswer } from '../answer.ts'
import type { Handler } from '../handler.ts'

/** `/readyz`: whether database and Redis answer. Open to everybody, so it names neither addresses nor reasons. */
export const showReadiness: Handler = async (context) => {
  const away = listAway(await context.readHealth())
  return away.length === 0
    ? jsonAnswer(200, { status: 'ok' })
    : jsonAnswer(503, { status: 'unavailable', away })
}
