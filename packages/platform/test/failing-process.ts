/** A process that ends by the error that its argument names. */
import { Fault, reportAndExit } from '../src/index.ts'

const password = process.env.CANARY ?? ''
const url = `mysql://importuser:${encodeURIComponent(password)}@db:3306/rover`

const ERRORS: Readonly<Record<string, unknown>> = {
  terminal: new Fault({ code: 'SOURCE_EMPTY', kind: 'terminal', message: 'the source is empty' }),
  usage: new Fault({ code: 'USAGE_TOPIC', kind: 'terminal', message: 'say which topic' }),
  unavailable: new Fault({
    code: 'DATABASE_UNREACHABLE',
    kind: 'unavailable',
    message: `no database at ${url}`,
    cause: new Error(`connect ${url}`),
  }),
  unforeseen: new TypeError(`x is not a function, ${password}`),
  text: 'just a text',
  nothing: undefined,
  unprintable: Object.create(null),
}

reportAndExit(ERRORS[process.argv[2] ?? ''])
