import { findBrowser } from '@gather/local-stack'
import type { Browser } from 'playwright-core'

/** No graphics card is looked for. No name but this machine's leads anywhere, so that nothing can leave it. */
const ARGUMENTS = [
  '--disable-gpu',
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

/**
 * Starts the machine's own Chromium, without a window, in a temporary profile that goes with it. It ends with this
 * process at the latest. Only here is the driver loaded: most who import this package need no browser.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined)
    throw new Error('There is no Chromium on this machine: run the tests by "npm test", which installs it')
  const { chromium } = await import('playwright-core')
  // Chromium's own sandbox does not work for root.
  const chromiumSandbox = process.getuid?.() !== 0
  return chromium.launch({ executablePath, headless: true, chromiumSandbox, args: ARGUMENTS })
}
