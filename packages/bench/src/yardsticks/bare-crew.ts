import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '../run-node.ts'
import type { BareAnswer, BareOrder, BareSetUp } from './bare-messages.ts'

const PROCESS = fileURLToPath(new URL('bare-process.ts', import.meta.url))

export interface PageRange {
  readonly offset: number
  readonly limit: number
}

/** Processes that load pages side by side, warm and connected. */
export interface BareCrew {
  /** Hands out the pages; resolves when the last is loaded. */
  load(pages: readonly PageRange[]): Promise<void>
  close(): Promise<void>
}

/** Starts processes and waits until each has its connections. */
export async function openBareCrew(processCount: number, setUp: BareSetUp): Promise<BareCrew> {
  const children = Array.from({ length: processCount }, () => fork(PROCESS, { env: cleanEnv({}) }))
  await Promise.all(children.map((child) => ask(child, { kind: 'setUp', setUp })))
  return {
    async load(pages) {
      const waiting = [...pages]
      await Promise.all(children.map((child) => feed(child, waiting, setUp.slotCount)))
    },
    async close() {
      await Promise.all(children.map(end))
    },
  }
}

/** Keeps every slot of a process at work while there are pages. */
function feed(child: ChildProcess, waiting: PageRange[], slotCount: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let atWork = 0
    const finish = (settle: () => void) => {
      child.off('message', onAnswer)
      child.off('exit', onExit)
      settle()
    }
    const handOut = () => {
      while (atWork < slotCount) {
        const page = waiting.shift()
        if (page === undefined) break
        send(child, { kind: 'page', ...page })
        atWork += 1
      }
      if (atWork === 0) finish(resolve)
    }
    const onAnswer = (answer: BareAnswer) => {
      if (answer.kind === 'failed') return finish(() => reject(new Error(answer.reason)))
      atWork -= 1
      handOut()
    }
    const onExit = () => finish(() => reject(new Error('a process of the bare load ended')))
    child.on('message', onAnswer)
    child.on('exit', onExit)
    handOut()
  })
}

async function ask(child: ChildProcess, order: BareOrder): Promise<void> {
  send(child, order)
  const [answer]: BareAnswer[] = await once(child, 'message')
  if (answer?.kind === 'failed') throw new Error(answer.reason)
}

const send = (child: ChildProcess, order: BareOrder): void => void child.send(order)

async function end(child: ChildProcess): Promise<void> {
  if (!child.connected) return
  child.disconnect()
  await once(child, 'exit')
}
