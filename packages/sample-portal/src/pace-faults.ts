import { bytePlace, wholeNumber, withDefault } from './fault-option.ts'
import { defineFault, type NamedFault } from './named-fault.ts'

/** The right answer, too slowly or never. */
export const paceFaults: readonly NamedFault[] = [
  defineFault({
    name: 'slow',
    summary: 'the answer begins so many milliseconds later',
    example: 'slow ms=3000 every=10',
    options: { ms: withDefault(wholeNumber(0), 3000) },
    create: ({ ms }) => {
      return () => ({ kind: 'delay', delayMs: ms })
    },
  }),
  defineFault({
    name: 'drip',
    summary: 'the body comes at this pace',
    example: 'drip bytes-per-second=200 once',
    options: { 'bytes-per-second': withDefault(wholeNumber(1), 200) },
    create: (values) => {
      return () => ({ kind: 'drip', bytesPerSecond: values['bytes-per-second'] })
    },
  }),
  defineFault({
    name: 'stall',
    summary: 'after this byte nothing more comes, and the connection stays open',
    example: 'stall at=1000 once',
    options: { at: withDefault(bytePlace, '50%') },
    create: ({ at }) => {
      return () => ({ kind: 'stall', afterBytes: at })
    },
  }),
  defineFault({
    name: 'hang',
    summary: 'no answer at all until the client gives up',
    example: 'hang chance=0.05',
    options: {},
    create: () => () => ({ kind: 'hang' }),
  }),
]
