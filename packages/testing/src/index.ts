/**
 * Private: what tests of several packages share. Databases of their own, a portal with a topic, processes of the product.
 * @packageDocumentation
 */
export { type AppProcess, runPlanner, startApp, stopApps } from './app-process.ts'
export { eventually } from './eventually.ts'
export { createTestDatabase, requireService, type TestDatabase } from './test-database.ts'
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.ts'
