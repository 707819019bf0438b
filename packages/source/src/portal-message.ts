import { z } from 'zod'

const MESSAGE_CHARS_MAX = 300

/** The two shapes of a portal's error body: `errorCode` from the row service, `code` from the front. */
const errorBody = z.looseObject({
  errorCode: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  data: z
    .looseObject({ column: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** What the body of an error said, in one short line; all empty for HTML, for nothing and for anything else. */
export interface PortalMessage {
  readonly code: string
  readonly message: string
  /** The column that a query named and the data set lacks. */
  readonly column: string
}

/** Reads an error's parsed body; `redact` takes out what the portal echoes of our secrets. */
export function readPortalMessage(json: unknown, redact: (text: string) => string): PortalMessage {
  const parsed = errorBody.safeParse(json)
  if (!parsed.success) return { code: '', message: '', column: '' }
  const { errorCode, code, message, data } = parsed.data
  const clean = (text: string | undefined) => shorten(redact(text ?? ''))
  const column = data?.column ?? /No such column: ([^;\s]+)/.exec(message ?? '')?.[1]
  return { code: clean(errorCode ?? code), message: clean(message), column: clean(column) }
}

function shorten(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > MESSAGE_CHARS_MAX ? `${line.slice(0, MESSAGE_CHARS_MAX)}…` : line
}
