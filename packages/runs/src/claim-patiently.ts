import { setTimeout as sleep } from 'node:timers/promises'
import { type ClaimedPage, claimPage, type PageClaim } from '@gather/ledger'
import { toFault } from '@gather/platform'
import type { Services } from './services.ts'

const PATIENCE_MS = 20_000
const PAUSE_MS = 500

/**
 * Claims a page. A database that is away is waited for here, for a while: put back at once, this job would make room for the
 * next one, which fares no better, and so on through the whole queue.
 * @returns undefined when there is nothing to do
 */
export async function claimPatiently(
  services: Services,
  claim: PageClaim,
  signal: AbortSignal,
): Promise<ClaimedPage | undefined> {
  const { runId, generation, pageNo } = claim
  const startMs = performance.now()
  let wasTold = false
  for (;;) {
    try {
      return await claimPage(services.database, { ...claim, isRepeated: wasTold })
    } catch (error) {
      const isOver = performance.now() - startMs > PATIENCE_MS || signal.aborted
      if (toFault(error).kind !== 'unavailable' || isOver) throw error
      if (!wasTold) services.log.warn({ err: toFault(error), runId, generation, pageNo }, 'claim.waits')
      wasTold = true
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  }
}
