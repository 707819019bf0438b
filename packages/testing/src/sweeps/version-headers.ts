import type { VersionForm } from './mutation-plan.ts'

const UNVERSIONED = {
  'X-SODA2-Data-Out-Of-Date': '',
  'X-SODA2-Truth-Last-Modified': '',
  'X-SODA2-Secondary-Last-Modified': '',
}

/** What the portal's answers about rows have in their headers, where it is not what they have anyway. */
export const VERSION_HEADERS: Readonly<Record<VersionForm, Readonly<Record<string, string>>>> = {
  exact: {},
  second: { ETag: '"of no known form"' },
  metadata: { ...UNVERSIONED, ETag: '"of no known form"' },
}
