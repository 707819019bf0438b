import { startSupervised } from './supervised-process.js'

/**
 * Runs a command that shares this process's terminal, and waits for it. It ends with this process, however that ends.
 * @param {{command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string}} command
 * @param {(stop: () => Promise<unknown>) => void} onStop
 * @returns {Promise<number>} its exit code
 */
export async function runInTerminal(command, onStop) {
  const child = await startSupervised({ ...command, output: 'inherit', wholeGroup: true })
  onStop(child.stop)
  const { code } = await child.exited
  return code ?? 1
}
