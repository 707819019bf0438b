import type { PortalContext } from './portal-context.ts'

/** The headers that the portal's front gives to every answer. */
export function frontHeaders({ clock, random }: PortalContext): Record<string, string> {
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 0x1_0000_0000))
  return {
    Server: 'nginx',
    Date: new Date(clock()).toUTCString(),
    'Access-Control-Allow-Origin': '*',
    'X-Socrata-Region': 'sample',
    'X-Socrata-RequestId': words.map((word) => word.toString(16).padStart(8, '0')).join(''),
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  }
}
