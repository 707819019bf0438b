import { type Config, createLogger, type Logger, readConfig } from '@gather/platform'
import { openServices, openServicesOrFail, type Services } from '@gather/runs'

/** A command's configuration and its logger, which is silent unless `LOG_LEVEL` asks: people read sentences, not events. */
export function openCommand(): { readonly config: Config; readonly log: Logger } {
  const config = readConfig()
  const log = createLogger('planner', {
    ...config,
    logLevel: config.logLevel === 'info' ? 'silent' : config.logLevel,
  })
  return { config, log }
}

/**
 * Runs `work` with the services of a command and closes them.
 * @param needsQueue - false for commands that work while Redis is away
 */
export async function withServices<Result>(
  work: (services: Services) => Promise<Result>,
  { needsQueue = true } = {},
): Promise<Result> {
  const { config, log } = openCommand()
  const services = needsQueue ? await openServicesOrFail(config, log) : openServices(config, log)
  try {
    return await work(services)
  } finally {
    await services.close()
  }
}
