import { isIPv6 } from 'node:net'

/** Wrong passwords that one client may send in {@link WINDOW_MS}: a person who mistypes needs fewer. */
export const WRONG_TRIES_MAX = 10
/** Milliseconds after which a client's wrong tries are forgotten. */
export const WINDOW_MS = 60_000
/** Clients that are remembered; a stranger with more addresses than this wins tries, but no memory. */
const CLIENTS_MAX = 1_000

export interface LoginLimit {
  /** Seconds until this client may try a password again; 0 when it may. */
  waitSeconds(address: string | undefined): number
  /** Counts a wrong password of this client. */
  countWrong(address: string | undefined): void
}

/** Makes the count of wrong passwords by client. A right password is none, so who knows it is never counted. */
export function createLoginLimit(clock: () => number = () => performance.now()): LoginLimit {
  const clients = new Map<string, { readonly endsMs: number; wrongCount: number }>()

  function find(address: string | undefined) {
    const key = clientOf(address)
    const client = clients.get(key)
    if (client !== undefined && client.endsMs > clock()) return client
    clients.delete(key)
    return undefined
  }

  return {
    waitSeconds(address) {
      const client = find(address)
      if (client === undefined || client.wrongCount < WRONG_TRIES_MAX) return 0
      return Math.max(1, Math.ceil((client.endsMs - clock()) / 1000))
    },
    countWrong(address) {
      const client = find(address)
      if (client !== undefined) {
        client.wrongCount += 1
        return
      }
      // A map keeps the order of its entries: the first one is the one that was added first.
      const [oldest] = clients.keys()
      if (clients.size >= CLIENTS_MAX && oldest !== undefined) clients.delete(oldest)
      clients.set(clientOf(address), { endsMs: clock() + WINDOW_MS, wrongCount: 1 })
    },
  }
}

/** One client is one IPv4 address, or the network that one IPv6 customer is given. */
function clientOf(address = ''): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail = ''] = address.split('::', 2)
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const zeros = Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0))
  return [...(first ?? []), ...Array<string>(zeros).fill('0'), ...(last ?? [])].slice(0, 4).join(':')
}
