import { textAnswer } from '../answer.ts'
import type { Handler } from '../handler.ts'

/** `/assets/:name`: a style sheet or picture of ours. Its URL in pages changes with its content, so it may be kept. */
export const showAsset: Handler = (context, request) => {
  const asset = context.assets.get(request.params.name ?? '')
  if (asset === undefined) return textAnswer(404, 'There is no such file.')
  const headers = { 'content-type': asset.type, 'cache-control': 'private, max-age=31536000, immutable' }
  return { status: 200, headers, body: asset.text }
}
