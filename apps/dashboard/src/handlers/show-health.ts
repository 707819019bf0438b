import { jsonAnswer } from '../answer.ts'
import type { Handler } from '../handler.ts'

/** `/healthz`: whether database and Redis answer. Open to everybody, so it names neither addresses nor reasons. */
export const showHealth: Handler = async (context) => {
  const { database, redis } = await context.readHealth()
  if (database.ok && redis.ok) return jsonAnswer(200, { status: 'ok' })
  const away = [...(database.ok ? [] : ['database']), ...(redis.ok ? [] : ['redis'])]
  return jsonAnswer(503, { status: 'unavailable', away })
}
