/** What has to be undone at the end, whatever the end is. */
export interface Cleanup {
  /** Adds a step; steps run in reverse order. */
  add(step: () => unknown): void
  /** Runs every step once, also when one fails; what failed is told. Called twice, it waits for the first. */
  run(): Promise<void>
}

export function createCleanup(tell: (line: string) => void): Cleanup {
  const steps: (() => unknown)[] = []
  const runAll = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step()
      } catch (error) {
        tell(`cleaning up: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  let running: Promise<void> | undefined
  return {
    add: (step) => void steps.push(step),
    run() {
      running ??= runAll()
      return running
    },
  }
}
