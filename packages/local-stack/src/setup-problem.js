/** A problem that the person at the keyboard can mend: one sentence, and the exit code of the command. */
export class SetupProblem extends Error {
  /**
   * @param {string} sentence
   * @param {number} [exitCode] 3: something is not there or can't be reached
   */
  constructor(sentence, exitCode = 3) {
    super(sentence)
    this.name = 'SetupProblem'
    this.exitCode = exitCode
  }
}
