/**
 * What a process tells of itself over HTTP: whether it is alive and ready, and what it counts. Knows no service.
 * @packageDocumentation
 */
export { type HealthServerOptions, startHealthServer } from './health-server.ts'
export { ProcessMetrics } from './process-metrics.ts'
