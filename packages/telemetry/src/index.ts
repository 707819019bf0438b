/**
 * What a process tells of itself over HTTP: whether it is alive and ready. Knows no service and no run.
 * @packageDocumentation
 */
export { type HealthServerOptions, startHealthServer } from './health-server.ts'
