/**
 * What every process needs before it does anything: configuration, logger, error shape, limits, shutdown.
 * Imports nothing of ours; everything may import it. The only package that reads the environment.
 * @packageDocumentation
 */
export { backoffMs, withJitter } from './backoff.ts'
export { CONFIG_NAMES, type Config, readConfig, readTopicsDir, SECRET_NAMES } from './config.ts'
export { CONFIG_TABLE, type ConfigEntry, renderEnvExample } from './config-table.ts'
export { CONTAINER_TABLE, type ContainerEntry, PASSED_NAMES } from './container-table.ts'
export { type Events, onEvent, tell } from './events.ts'
export { EXIT_CODES, exitCodeOf, reportAndExit, reportCrash } from './exit.ts'
export {
  FAULT_KINDS,
  Fault,
  type FaultContext,
  type FaultKind,
  type FaultOptions,
  isFault,
  toFault,
} from './fault.ts'
export { FAULT_POINTS, type FaultPoint, faultPoint, onFaultPoint } from './fault-points.ts'
export { LIMITS } from './limits.ts'
export { type ListenPlace, listenFault } from './listen-fault.ts'
export { createLogger, describeError, type Logger } from './logger.ts'
export { PHASE_CHANNEL, type PhaseWatcher, phase, phaseSync, watchPhases } from './phase.ts'
export { type Reading, type ReadingOptions, tryReading } from './reading.ts'
export { createRedactor, secretsOf } from './redaction.ts'
export { type Closable, closeAll, stopSignal, waitForStop } from './shutdown.ts'
