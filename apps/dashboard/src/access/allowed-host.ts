import { isIPv4 } from 'node:net'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1']

/** True for an address that only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_NAMES.includes(host.toLowerCase()) || (isIPv4(host) && host.startsWith('127.'))
}

/**
 * Whether a request's Host header names this server. A page of another site that had its own name rebound to the
 * loopback address sends that name, and so is told apart. Off loopback the credentials do this work.
 * @param hostHeader - with or without a port
 * @param boundHost - the address the server binds
 */
export function isAllowedHost(hostHeader: string | undefined, boundHost: string): boolean {
  if (!isLoopbackHost(boundHost)) return true
  const name = hostName(hostHeader)
  return name !== undefined && (LOOPBACK_NAMES.includes(name) || name === boundHost.toLowerCase())
}

function hostName(hostHeader: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(hostHeader ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}
