/** A fault that was written wrongly; the message is one sentence that says what is allowed. */
export class FaultTextError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FaultTextError'
  }
}
