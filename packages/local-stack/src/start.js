import { startFullStack } from './full-stack.js'

const DASHBOARD_PORT = 3000

/**
 * `npm start`: the same stack, kept with its data until Ctrl-C.
 * @param {import('./command.js').CommandContext} context
 * @returns {Promise<number>} 1 when a part of it ends by itself
 */
export async function start(context) {
  const stack = await startFullStack(
    { name: 'start', temporary: false, dashboardPort: DASHBOARD_PORT },
    context,
  )
  console.log(`
  Dashboard   ${stack.dashboardUrl}
  Next, in another terminal:   npx planner enqueue pet_license --initialize --wait
  Ctrl-C stops everything; the data stay in .local-stack
`)
  console.error(await stack.failed)
  return 1
}
