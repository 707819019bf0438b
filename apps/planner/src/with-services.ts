import { type Config, createLogger, type Logger, readConfig } from '@gather/platform'
import { openServicesOrFail, type Services } from '@gather/runs'

/** A command's configuration and its logger, which is silent unless `LOG_LEVEL` asks: people read sentences, not events. */
export function openCommand(): { readonly config: Config; readonly log: Logger } {
  const config = readConfig()
  const log = createLogger('planner', {
    ...config,
    logLevel: config.logLevel === 'info' ? 'silent' : config.logLevel,
  })
  return { config, log }
}

/** Runs `work` with the services of a command and closes them. */
export async function withServices<Result>(work: (services: Services) => Promise<Result>): Promise<Result> {
  const { config, log } = openCommand()
  const services = await openServicesOrFail(config, log)
  try {
    return await work(services)
  } finally {
    await services.close()
  }
}
