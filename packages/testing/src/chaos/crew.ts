import type { AppProcess } from '../app-process.ts'
import type { Strike } from '../nemesis/strike.ts'

/** Processes of one kind, of which as many as are wanted are always alive: one that dies is replaced at once. */
export class Crew {
  /** Deaths and other deeds of its members by fault point, such as `kill at after_claim`. */
  readonly struck = new Map<string, number>()
  readonly #begin: (strike: Strike | undefined) => AppProcess
  /** With what each will do to itself. */
  readonly #members = new Map<AppProcess, Strike | undefined>()
  #strikes: readonly Strike[] = []
  #isOver = false

  constructor(size: number, begin: (strike: Strike | undefined) => AppProcess) {
    this.#begin = begin
    for (let count = 0; count < size; count += 1) this.#recruit()
  }

  /** What the processes that are started from now on do to themselves, in this order; those after them do nothing. */
  arm(strikes: readonly Strike[]): void {
    this.#strikes = strikes
  }

  /** Kills those who would do nothing to themselves while there are strikes left for others. */
  killUnarmed(): number {
    const unarmed = [...this.#members]
      .filter(([, strike]) => strike === undefined)
      .slice(0, this.#strikes.length)
    for (const [member] of unarmed) member.kill('SIGKILL')
    return unarmed.length
  }

  /** From now on nobody is started with a strike. */
  disarm(): void {
    this.#strikes = []
  }

  /** The member that lives longest; there always is one until the end. */
  get eldest(): AppProcess {
    const [eldest] = this.#members.keys()
    if (eldest === undefined) throw new Error('the crew has ended')
    return eldest
  }

  /** Replaces all members by such as do nothing to themselves. */
  async renew(): Promise<void> {
    this.disarm()
    const members = [...this.#members.keys()]
    for (const member of members) end(member)
    await Promise.all(members.map((member) => member.exited))
  }

  /** Ends all members; nobody is replaced any more. */
  async close(): Promise<void> {
    this.#isOver = true
    await this.renew()
  }

  #recruit(): void {
    const [strike, ...later] = this.#strikes
    this.#strikes = later
    const member = this.#begin(strike)
    this.#members.set(member, strike)
    void member.exited.then(() => {
      this.#members.delete(member)
      this.#count(member.output())
      if (!this.#isOver) this.#recruit()
    })
  }

  #count(output: string): void {
    for (const [, point, deed] of output.matchAll(/^struck (\w+)=(\w+)@\d+$/gm)) {
      const name = `${deed} at ${point}`
      this.struck.set(name, (this.struck.get(name) ?? 0) + 1)
    }
  }
}

function end(member: AppProcess): void {
  member.kill('SIGCONT')
  member.kill('SIGKILL')
}
