/** The page portal as a process of its own: prints its address once every page is prepared, and serves until SIGTERM. */
import { parseArgs } from 'node:util'
import { preparePageBodies } from './page-bodies.ts'
import { startPagePortal } from './page-portal.ts'
import { askSamplePortal } from './portal-front.ts'
import { ROW_ID_ORDERS } from './row-ids.ts'
import { createRowTexts } from './row-texts.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '51754' },
    'page-rows': { type: 'string', default: '10000' },
    'latency-ms': { type: 'string', default: '0' },
    'row-ids': { type: 'string', default: 'scattered' },
    folder: { type: 'string' },
  },
})
const rowCount = Number(values.rows)
const order = ROW_ID_ORDERS.find((known) => known === values['row-ids']) ?? 'scattered'
const front = await askSamplePortal(rowCount)
const rows = createRowTexts(rowCount, order)
const bodies = await preparePageBodies({ rows, pageRows: Number(values['page-rows']), folder: values.folder })
const portal = await startPagePortal({ rowCount, front, bodies, latencyMs: Number(values['latency-ms']) })
process.once('SIGTERM', () => portal.close())
console.log(portal.url)
