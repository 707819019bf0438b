import type { PageRecord } from '@gather/ledger'
import { htmlAnswer, textAnswer } from '../answer.ts'
import { cellOf, isLoadingPages, loadingPages } from '../cell-states.ts'
import { html } from '../pages/html.ts'
import { pageDetail } from '../pages/page-detail.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { runCrumbs } from '../pages/run-crumbs.ts'
import { listPageRecords } from '../reads/list-page-records.ts'
import { showNotFound } from './show-not-found.ts'
import { type RunHandler, unreachable } from './with-run.ts'

const PAGE_NO = /^\d{1,6}$/

/** `/runs/:runId/pages/:pageNo`: one page of a run; with `?part`, only what the page map shows of it. */
export const showPage: RunHandler = async (context, { run, health }, request) => {
  const { database, queue } = context.services
  const isPart = request.query.has('part')
  const pageNo = request.params.pageNo ?? ''
  if (!PAGE_NO.test(pageNo)) return showNotFound(context)
  const found = await context.read(
    'the database',
    listPageRecords(database, run, { filter: 'all', from: Number(pageNo), limit: 1 }),
  )
  if (!found.ok) return unreachable(context, run.runId, { ...health, database: found })
  const [page] = found.value
  if (page?.pageNo !== Number(pageNo))
    return isPart ? textAnswer(404, 'There is no such page.') : showNotFound(context)
  const isLoading = isLoadingPages(run)
  const jobs =
    isLoading && page.state === 'claimed' && health.redis.ok
      ? await context.read('Redis', queue.listPagesAtWork())
      : undefined
  const letter = cellOf(factOf(page), isLoading, loadingPages(run, jobs?.ok ? jobs.value : []))
  const detail = pageDetail(page, letter)
  if (isPart) return htmlAnswer(200, detail)
  const content = html`${runCrumbs(run)}
<h1>Page ${page.pageNo} of run <span class="id">${run.runId}</span></h1>
${detail}`
  const title = `Page ${page.pageNo} of run ${run.runId}`
  return htmlAnswer(200, pageLayout({ title, assets: context.assets, health, content }))
}

const factOf = ({ state, pageNo, attemptCount, crashCount }: PageRecord) => ({
  state,
  pageNo,
  wasRetried: attemptCount + crashCount > 0,
})
