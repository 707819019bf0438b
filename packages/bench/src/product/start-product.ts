import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@gather/local-stack'
import type { Cleanup } from '../cleanup.ts'
import { PHASE_FILE_VARIABLE } from '../profile/phase-record.ts'
import { cleanEnv, ROOT } from '../run-node.ts'

const READY_MS = 60_000
const RECORDER = fileURLToPath(new URL('../record-phases.ts', import.meta.url))

/** A process of the product that tells its phases. */
export interface ProductProcess {
  /** Such as `worker-1`. */
  readonly role: string
  readonly pid: number
  readonly phaseFile: string
  /** Resolves with a sentence when it ends by itself. */
  readonly failed: Promise<string>
  stop(): Promise<void>
}

export interface Product {
  readonly env: Readonly<Record<string, string>>
  /** For logs and phases. */
  readonly folder: string
  readonly processes: readonly ProductProcess[]
  /** Worker processes times pages each loads at a time. */
  readonly slotCount: number
}

export interface ProductOptions {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly workerCount: number
}

/** Starts a listener and workers as they are in production, and waits until they are ready. */
export async function startProduct(options: ProductOptions, cleanup: Cleanup): Promise<Product> {
  const { env, folder, workerCount } = options
  const roles = ['listener', ...Array.from({ length: workerCount }, (_, index) => `worker-${index + 1}`)]
  const starting = roles.map((role) => startRole(role, options))
  cleanup.add(async () => {
    const started = await Promise.allSettled(starting)
    await Promise.all(started.map((result) => result.status === 'fulfilled' && result.value.stop()))
  })
  const processes = await Promise.all(starting)
  return { env, folder, processes, slotCount: workerCount * Number(env.WORKER_CONCURRENCY) }
}

async function startRole(role: string, { env, folder }: ProductOptions): Promise<ProductProcess> {
  const app = role.startsWith('worker') ? 'worker' : role
  const phaseFile = join(folder, `${role}.phases`)
  const child = await startProcess({
    name: role,
    command: process.execPath,
    args: recorded([`apps/${app}/src/main.ts`]),
    cwd: ROOT,
    env: cleanEnv({ ...env, [PHASE_FILE_VARIABLE]: phaseFile }),
    logDir: folder,
  })
  await child.waitUntilReady((output) => output.includes(`${app}.ready`), READY_MS)
  return { role, pid: child.pid, phaseFile, failed: child.failed, stop: child.stop }
}

/** Arguments of Node under which a program of the product tells its phases. */
export const recorded = (args: readonly string[]): string[] => ['--import', RECORDER, ...args]
