import { textAnswer } from '../answer.ts'
import type { Handler } from '../handler.ts'
import { renderMetrics } from '../metrics.ts'
import { readMeasures } from '../read-measures.ts'

/** `/metrics`: Prometheus text, computed now. What is away is told by `gather_up`, so the answer is 200 all the same. */
export const showMetrics: Handler = async (context) => {
  const { contentType, text } = await renderMetrics(await readMeasures(context), Date.now())
  return textAnswer(200, text.trimEnd(), { 'content-type': contentType })
}
