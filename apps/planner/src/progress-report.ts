import type { Progress } from '@gather/runs'
import { Presets, SingleBar } from 'cli-progress'
import { count, duration } from './output.ts'

/** Shows how far a run is: a bar on a terminal, a line now and then elsewhere. `close` may be called twice. */
export interface ProgressReport {
  update(progress: Progress): void
  close(): void
}

const LINE_INTERVAL_MS = 2_000
const BAR_FORMAT =
  '  {topic} {bar} {percentage} % | {rows} rows | {pages} pages | {rate} rows/s | {left} | {state}'

/** @param stream - where to write; its `isTTY` decides the form */
export function createProgressReport(stream: NodeJS.WriteStream): ProgressReport {
  return stream.isTTY ? createBar(stream) : createLines(stream)
}

function createBar(stream: NodeJS.WriteStream): ProgressReport {
  const bar = new SingleBar(
    { stream, format: BAR_FORMAT, hideCursor: true, barsize: 24 },
    Presets.shades_classic,
  )
  let started = false
  return {
    update(progress) {
      const payload = { ...describe(progress) }
      const total = Math.max(1, progress.run.plannedRows)
      const value = progress.finished && progress.run.plannedRows === 0 ? 1 : progress.totals.rowCount
      if (started) bar.setTotal(total)
      else bar.start(total, value, payload)
      bar.update(value, payload)
      started = true
    },
    close() {
      if (started) bar.stop()
      started = false
    },
  }
}

function createLines(stream: NodeJS.WriteStream): ProgressReport {
  let writtenAt = Number.NEGATIVE_INFINITY
  let last = ''
  return {
    update(progress) {
      const { topic, rows, pages, rate, state } = describe(progress)
      const line = `${topic} ${state}: ${rows} rows, ${pages} pages, ${rate} rows/s`
      const due = performance.now() - writtenAt >= LINE_INTERVAL_MS || progress.finished
      if (!due || line === last) return
      stream.write(`${line}\n`)
      writtenAt = performance.now()
      last = line
    },
    close() {},
  }
}

function describe({ run, totals, finished }: Progress) {
  const ratePerSecond = run.ageMs > 0 ? (totals.rowCount * 1_000) / run.ageMs : 0
  const leftMs = ratePerSecond > 0 ? ((run.plannedRows - totals.rowCount) / ratePerSecond) * 1_000 : undefined
  return {
    topic: run.topic,
    rows: `${count(totals.rowCount)}/${count(run.plannedRows)}`,
    pages: `${count(totals.done)}/${count(run.pageCount)}`,
    rate: count(Math.round(ratePerSecond)),
    left: finished ? `took ${duration(run.ageMs)}` : timeLeft(leftMs),
    state: totals.failed > 0 ? `${run.state}, ${totals.failed} pages failed` : run.state,
  }
}

const timeLeft = (leftMs: number | undefined): string =>
  leftMs === undefined ? 'time left unknown' : `${duration(leftMs)} left`
