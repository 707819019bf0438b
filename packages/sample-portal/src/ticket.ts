import type { Random } from './random.ts'

const TICKET = /^sample-ticket-[0-9a-f]{8}$/

/** What a 202 gives the client to add to the same URL when it asks again. */
export function createTicket(random: Random): string {
  const number = Math.floor(random() * 0x1_0000_0000)
  return `sample-ticket-${number.toString(16).padStart(8, '0')}`
}

/** Whether a parameter of a request is such a ticket, and so neither an option nor a filter. */
export function isTicket(name: string, value: string): boolean {
  return name === 'ticket' && TICKET.test(value)
}
