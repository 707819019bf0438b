/**
 * Preloaded into the processes of the product: keeps what they tell of their phases, and writes it to the file of
 * {@link PHASE_FILE_VARIABLE} when asked by SIGUSR2 and at the end. Between those it only reads the clock.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { PHASE_CHANNEL } from '@gather/platform'
import { PHASE_FILE_VARIABLE, type PhaseRecord, type Span } from './profile/phase-record.ts'

type OpenSpan = Omit<Span, 'endMs'>

interface PhaseContext {
  readonly name: string
}

const channel = tracingChannel<OpenSpan, PhaseContext>(PHASE_CHANNEL)
const current = new AsyncLocalStorage<OpenSpan>()
const open = new Map<object, OpenSpan>()
const file = process.env[PHASE_FILE_VARIABLE]
let spans: Span[] = []
let lastId = 0
let cpuAtStart: NodeJS.CpuUsage | undefined

const nowMs = (): number => performance.timeOrigin + performance.now()

function begin(context: PhaseContext): OpenSpan {
  cpuAtStart ??= process.cpuUsage()
  lastId += 1
  const parentId = current.getStore()?.id ?? 0
  const span = { name: context.name, startMs: nowMs(), id: lastId, parentId }
  open.set(context, span)
  return span
}

function end(context: unknown): void {
  if (typeof context !== 'object' || context === null) return
  const span = open.get(context)
  if (span === undefined) return
  open.delete(context)
  spans.push({ ...span, endMs: nowMs() })
}

/** The call of a phase that waits has returned by then, but the phase goes on. */
function endUnlessWaiting(context: unknown): void {
  if (typeof context === 'object' && context !== null && ('result' in context || 'error' in context))
    end(context)
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

function write(): void {
  if (file === undefined) return
  const record: PhaseRecord = {
    pid: process.pid,
    spans,
    openCount: open.size,
    cpuMs: milliseconds(process.cpuUsage(cpuAtStart)),
    cpuWholeMs: milliseconds(process.cpuUsage()),
    rssPeakKb: process.resourceUsage().maxRSS,
  }
  spans = []
  appendFileSync(file, `${JSON.stringify(record)}\n`)
}

channel.start.bindStore(current, begin)
channel.end.subscribe(endUnlessWaiting)
channel.asyncEnd.subscribe(end)
process.on('SIGUSR2', write)
process.on('exit', write)
