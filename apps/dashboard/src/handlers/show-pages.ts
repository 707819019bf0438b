import { htmlAnswer } from '../answer.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { pagesPage } from '../pages/pages-page.ts'
import { listPageRecords, PAGE_FILTERS, type PageFilter } from '../reads/list-page-records.ts'
import { type RunHandler, unreachable } from './with-run.ts'

const PAGES_MAX = 100

/** `/runs/:runId/pages`: the pages of a run as a table; `?state=` confines it, `?from=` is the first page to show. */
export const showPages: RunHandler = async (context, { run, health }, request) => {
  const filter = readFilter(request.query.get('state'))
  const from = readFrom(request.query.get('from'))
  const found = await context.read(
    'the database',
    listPageRecords(context.services.database, run, { filter, from, limit: PAGES_MAX + 1 }),
  )
  if (!found.ok) return unreachable(context, run.runId, { ...health, database: found })
  const pages = found.value.slice(0, PAGES_MAX)
  const content = pagesPage({ run, filter, from, pages, next: found.value[PAGES_MAX]?.pageNo })
  const title = `Pages of run ${run.runId}`
  return htmlAnswer(200, pageLayout({ title, assets: context.assets, health, content }))
}

const readFilter = (text: string | null): PageFilter =>
  PAGE_FILTERS.find((filter) => filter === text) ?? 'all'

const readFrom = (text: string | null): number => (/^\d{1,6}$/.test(text ?? '') ? Number(text) : 0)
