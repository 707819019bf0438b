import { startFullStack } from './full-stack.js'
import { runInTerminal } from './run-in-terminal.js'
import { appCommand, appEnv } from './start-apps.js'

/**
 * `npm run demo`: one import on a stack of its own, which is gone afterwards.
 * @param {import('./command.js').CommandContext} context
 * @returns {Promise<number>} the exit code of the import
 */
export async function demo(context) {
  // A temporary stack: what a demo before this one left half done must not stand in the way of this one.
  const stack = await startFullStack({ name: 'demo', temporary: true }, context)
  context.log('planner enqueue pet_license --initialize --wait')
  const { command, args, cwd } = appCommand('planner')
  const code = await runInTerminal(
    {
      command,
      args: [...args, 'enqueue', 'pet_license', '--initialize', '--wait'],
      env: appEnv(stack.env),
      cwd,
    },
    context.onStop,
  )
  context.log(
    code === 0 ? 'done; stopping everything' : `the import ended with code ${code}; stopping everything`,
  )
  return code
}
