import { type FaultOption, oneOf, someText, wholeNumber, withDefault } from './fault-option.ts'
import { defineFault, type NamedFault } from './named-fault.ts'

const headerName: FaultOption<string> = {
  allowed: 'the name of a header',
  read: (text) => (/^[\w-]{1,100}$/.test(text) ? text : undefined),
}

/** Answers of another version than the newest, told or not. */
export const versionFaults: readonly NamedFault[] = [
  defineFault({
    name: 'replica',
    summary:
      '/resource is answered by a replica some changes behind; it tells=flag (out of date), times, old (as if newest) or nothing',
    example: 'replica every=2 lag=1 tells=flag',
    options: {
      lag: withDefault(wholeNumber(1, 4), 1),
      tells: withDefault(oneOf('flag', 'times', 'old', 'nothing'), 'flag'),
    },
    create: ({ lag, tells }) => {
      return () => ({ kind: 'replica', lag, tells })
    },
  }),
  defineFault({
    name: 'cached',
    summary: 'what a URL was answered first is answered again for so many seconds, with its Age',
    example: 'cached seconds=30 query=count(',
    options: { seconds: withDefault(wholeNumber(1), 30) },
    create: ({ seconds }) => {
      return () => ({ kind: 'cached', maxAgeMs: seconds * 1000 })
    },
  }),
  defineFault({
    name: 'header',
    summary: 'one header of the right answer has another value',
    example: 'header name=X-SODA2-Data-Out-Of-Date value=true first=3',
    options: { name: headerName, value: someText },
    create: ({ name, value }) => {
      return () => ({ kind: 'headers', headers: { [name]: value } })
    },
  }),
]
