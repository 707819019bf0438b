/** The headers by which a browser tells where a request comes from. */
export interface OriginHeaders {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly secFetchSite: string | undefined
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/** False for methods that change nothing. */
export const isChanging = (method: string): boolean => !SAFE_METHODS.includes(method)

/**
 * Whether a changing request comes from a page of this server; one that says nothing does not. Where one
 * hides its origin (`null`), its own word, Sec-Fetch-Site, is enough; it says that only to https and to its own machine.
 */
export function isSameOrigin({ host, origin, secFetchSite }: OriginHeaders): boolean {
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin') return false
  if (origin === undefined || origin === 'null') return secFetchSite === 'same-origin'
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
