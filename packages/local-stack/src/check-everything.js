import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { prepareMachine } from './full-stack.js'
import { rootDir } from './root-dir.js'
import { runCheckLane } from './run-check-lane.js'

const REAL_EXPORT = '../shared/data/seattle_pet_licenses_2019-07.csv.gz'

/**
 * `npm test`: every check and test, the first failure ends it. Tests of services and faults wait more than they work, so
 * they run beside each other and those of pages.
 * @param {import('./command.js').CommandContext} context
 * @returns {Promise<number>} the exit code of the first command that failed
 */
export async function checkEverything(context) {
  const startedMs = Date.now()
  const servers = await prepareMachine(context, { browser: true })
  const hasExports = existsSync(join(rootDir(), REAL_EXPORT))
  if (!hasExports) context.log('no real exports in ../shared/data beside this folder: check:real is left out')
  const lane = { ...context, servers }
  const pages = ['check:browser', ...(hasExports ? ['check:real'] : [])]
  const code =
    (await runCheckLane({ name: 'check', scripts: ['check'], isShown: true }, lane)) ||
    (await firstFailure([
      runCheckLane({ name: 'services', scripts: ['check:services'], isShown: true }, lane),
      runCheckLane({ name: 'faults', scripts: ['check:faults'], isShown: false }, lane),
      runCheckLane({ name: 'pages', scripts: pages, isShown: false }, lane),
    ]))
  if (code === 0)
    context.log(`all checks and tests passed in ${Math.round((Date.now() - startedMs) / 1000)} s`)
  return code
}

/**
 * @param {readonly Promise<number>[]} lanes
 * @returns {Promise<number>} of the first that failed, without a wait for the others; else 0
 */
function firstFailure(lanes) {
  return new Promise((resolve, reject) => {
    for (const lane of lanes) lane.then((code) => code !== 0 && resolve(code), reject)
    Promise.all(lanes).then(() => resolve(0), reject)
  })
}
