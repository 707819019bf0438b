/** What may import what: section 4 of the design. A package that is not here is an app. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  topics: ['platform'],
  ledger: ['platform'],
  queue: ['platform'],
  telemetry: ['platform'],
  source: ['platform', 'topics'],
  store: ['platform', 'topics', 'ledger'],
  'sample-portal': [],
  'local-stack': [],
  runs: ['platform', 'topics', 'ledger', 'queue', 'source', 'store'],
}

/** They may import any package. */
const FREE = ['testing', 'bench']

/** What tests may import in addition. */
const FOR_TESTS = ['testing', 'sample-portal', 'local-stack']

/** The only homes in whose code a foreign package may be imported. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['queue'],
  ioredis: ['queue', 'testing', 'bench'],
  mysql2: ['store', 'ledger', 'testing', 'bench'],
  axios: ['source'],
  'playwright-core': ['testing'],
  'axe-core': ['testing'],
  '@bull-board/api': ['dashboard'],
  '@bull-board/fastify': ['dashboard'],
  '@bull-board/ui': ['dashboard'],
}

/** Foreign packages with which the tests of any home may look at what the product did. */
const FOREIGN_FOR_TESTS = ['ioredis', 'mysql2']

/**
 * Whether code of a package or app may import a package of ours.
 * @param home such as `packages/queue` or `apps/worker`
 * @param target the last part of its name, such as `ledger` of `@gather/ledger`
 */
export function mayImport(home: string, target: string, isTest: boolean): boolean {
  const [kind, name = ''] = home.split('/')
  const isPackage = target in ALLOWED || FREE.includes(target)
  if (!isPackage) return false
  if (isTest && FOR_TESTS.includes(target)) return true
  if (FREE.includes(name)) return true
  if (kind === 'apps') return !FREE.includes(target)
  return ALLOWED[name]?.includes(target) ?? false
}

/** The homes that may import a foreign package; undefined where all may. */
export function homesOfForeign(foreign: string, isTest: boolean): readonly string[] | undefined {
  return isTest && FOREIGN_FOR_TESTS.includes(foreign) ? undefined : FOREIGN[foreign]
}
