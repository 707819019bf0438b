import type { FaultAction, Framing } from './fault.ts'
import { bytePlace, oneOf, wholeNumber, withDefault } from './fault-option.ts'
import { miscount } from './miscount.ts'
import { defineFault, type NamedFault } from './named-fault.ts'

const FORM_OPTION = withDefault(oneOf('asked', 'raw', 'gzip'), 'asked')

type CutFraming = 'chunked' | 'ended' | 'matching' | 'larger' | 'close'

/** What tells the client where the body ends, and whether it ends there or breaks off. */
const CUTS: Readonly<Record<CutFraming, { readonly framing: Framing; readonly kind: 'cut' | 'truncate' }>> = {
  chunked: { framing: 'chunked', kind: 'cut' },
  ended: { framing: 'chunked', kind: 'truncate' },
  matching: { framing: 'length', kind: 'truncate' },
  larger: { framing: 'length', kind: 'cut' },
  close: { framing: 'close', kind: 'truncate' },
}

/** The right status and headers over a body that is not right. */
export const bodyFaults: readonly NamedFault[] = [
  defineFault({
    name: 'empty-body',
    summary: '200 with the right headers and not one byte of body',
    example: 'empty-body path=resource once',
    options: {},
    create: () => () => [
      { kind: 'encode', gzip: false },
      { kind: 'truncate', afterBytes: 0 },
    ],
  }),
  defineFault({
    name: 'empty-list',
    summary: '200 with the right headers and no rows: []',
    example: 'empty-list query=$offset=2000 once',
    options: {},
    create: () => () => ({ kind: 'cap', limit: 0 }),
  }),
  defineFault({
    name: 'cap',
    summary: 'at most so many rows, whatever $limit says',
    example: 'cap rows=1000 path=resource',
    options: { rows: wholeNumber(0) },
    create: ({ rows }) => {
      return () => ({ kind: 'cap', limit: rows })
    },
  }),
  defineFault({
    name: 'shuffle',
    summary: 'rows come unordered: $order is ignored (lose=all), or only the :id at its end (lose=ties)',
    example: 'shuffle lose=ties path=resource',
    options: { lose: withDefault(oneOf('all', 'ties'), 'all') },
    create: ({ lose }) => {
      return () => ({ kind: 'shuffle', loss: lose })
    },
  }),
  defineFault({
    name: 'miscount',
    summary: 'a count (one row with one number) is off by so many; other answers stay',
    example: 'miscount by=-1 query=count(',
    options: { by: withDefault(wholeNumber(-999_999_999), -1) },
    create: ({ by }) => {
      return () => ({ kind: 'edit', edit: (body) => miscount(body, by) })
    },
  }),
  defineFault({
    name: 'flip',
    summary: 'one bit (0 to 7) of the byte at this place is turned over; bit 7 of raw text is bad UTF-8',
    example: 'flip at=50% bit=7 form=raw once',
    options: {
      at: withDefault(bytePlace, '50%'),
      bit: withDefault(wholeNumber(0, 7), 0),
      form: FORM_OPTION,
    },
    create: ({ at, bit, form }) => {
      return () => [...encodeAs(form), { kind: 'flip', atByte: at, bit }]
    },
  }),
  defineFault({
    name: 'cut',
    summary:
      'the body stops at this byte; framing=chunked breaks off, ended ends the chunks, matching and larger send a Content-Length, close has none',
    example: 'cut at=1000 form=gzip framing=matching once',
    options: {
      at: withDefault(bytePlace, '50%'),
      form: FORM_OPTION,
      framing: withDefault(oneOf('chunked', 'ended', 'matching', 'larger', 'close'), 'chunked'),
      reset: withDefault(oneOf('yes', 'no'), 'no'),
    },
    create: ({ at, form, framing, reset }) => {
      const { kind, framing: told } = CUTS[framing]
      const actions: FaultAction[] = [...encodeAs(form), { kind: 'framing', framing: told }]
      if (reset === 'yes') return () => [...actions, { kind: 'cut', afterBytes: at, reset: true }]
      return () => [...actions, { kind, afterBytes: at }]
    },
  }),
  defineFault({
    name: 'endless',
    summary: 'behind the right body blanks follow for as long as the client reads',
    example: 'endless path=resource once',
    options: {},
    create: () => () => [{ kind: 'encode', gzip: false }, { kind: 'endless' }],
  }),
]

function encodeAs(form: 'asked' | 'raw' | 'gzip'): FaultAction[] {
  return form === 'asked' ? [] : [{ kind: 'encode', gzip: form === 'gzip' }]
}
