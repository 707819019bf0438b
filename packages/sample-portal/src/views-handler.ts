import { type Answer, JSON_FRONT } from './answer.ts'
import type { Dataset } from './dataset.ts'
import { writeExportCsv } from './export-csv.ts'
import { writePrettyJson } from './pretty-json.ts'
import { describeView } from './view-document.ts'

/** `GET /api/views/{4x4}`: neither ETag nor version headers, as on the live service. */
export function answerView(dataset: Dataset): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': JSON_FRONT },
    body: { make: () => `${writePrettyJson(describeView(dataset))}\n` },
  }
}

/** `GET /api/views/{4x4}/rows.csv` */
export function answerExport(dataset: Dataset): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename=${dataset.id}.csv`,
      'Last-Modified': new Date(dataset.version().lastModifiedMs).toUTCString(),
    },
    body: {
      make: () => writeExportCsv(dataset),
      cacheKey: `${dataset.id}\n${dataset.version().dataVersion}\nrows.csv`,
    },
  }
}
