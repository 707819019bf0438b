import type { AppProcess } from '../app-process.ts'
import type { NemesisStack } from '../nemesis/nemesis-stack.ts'
import type { Strike } from '../nemesis/strike.ts'

type App = 'worker' | 'listener'

/** One worker and one listener. One that is to strike takes the place of its fellow, and another one its own once it is dead. */
export class ProcessPair {
  readonly #stack: NemesisStack
  readonly #members = new Map<App, AppProcess>()
  #armed: AppProcess | undefined
  #replacing = Promise.resolve()

  private constructor(stack: NemesisStack) {
    this.#stack = stack
  }

  static async start(stack: NemesisStack): Promise<ProcessPair> {
    const pair = new ProcessPair(stack)
    await Promise.all([pair.#recruit('worker'), pair.#recruit('listener')])
    return pair
  }

  /** From now on the one of this kind kills itself at the strike's point. */
  async arm(app: App, strike: Strike): Promise<void> {
    await this.#dismiss(app)
    const armed = await this.#recruit(app, strike)
    this.#armed = armed
    this.#replacing = armed.exited.then(async () => void (await this.#recruit(app)))
  }

  /** Replaces one that has not struck. @returns whether it has */
  async disarm(): Promise<boolean> {
    const armed = this.#armed
    if (armed === undefined) return false
    this.#armed = undefined
    armed.kill('SIGKILL')
    await this.#replacing
    return /^struck /m.test(armed.output())
  }

  async close(): Promise<void> {
    await this.disarm()
    await Promise.all([this.#dismiss('worker'), this.#dismiss('listener')])
  }

  async #recruit(app: App, strike?: Strike): Promise<AppProcess> {
    const member = await this.#stack.start(app, strike)
    this.#members.set(app, member)
    return member
  }

  async #dismiss(app: App): Promise<void> {
    const member = this.#members.get(app)
    member?.kill('SIGKILL')
    await member?.exited
  }
}
