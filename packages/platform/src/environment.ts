import { readFileSync } from 'node:fs'
import { Fault } from './fault.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment with every `<NAME>_FILE` of `secretNames` replaced by `<NAME>`, the file's text without its last line end.
 * Empty values count as not set.
 * @throws Fault `CONFIG_INVALID` (terminal): a file that can't be read or is empty, or a name given both ways
 */
export function readEnvironment(env: Environment, secretNames: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value) values[name] = value
  for (const name of secretNames) {
    const path = values[`${name}_FILE`]
    if (path === undefined) continue
    if (values[name] !== undefined) throw invalid(`${name} and ${name}_FILE are both set; keep one`)
    values[name] = readSecret(name, path)
  }
  return values
}

function readSecret(name: string, path: string): string {
  const secret = readText(name, path).replace(/\r?\n$/, '')
  // An empty password would be a password that everyone knows.
  if (secret === '') throw invalid(`${name}_FILE: the file "${path}" is empty`)
  return secret
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw invalid(`${name}_FILE: the file "${path}" can't be read`, cause)
  }
}

function invalid(message: string, cause?: unknown): Fault {
  return new Fault({ code: 'CONFIG_INVALID', kind: 'terminal', message, cause })
}
