import { isFault } from '@gather/platform'

const CODES = ['SOURCE_GROUPING_REFUSED', 'SOURCE_TIME_TOO_FINE', 'SOURCE_URL_TOO_LONG']

/** True where a source can only be read whole: why, is the fault's message. */
export const cannotCompare = (error: unknown): error is Error => isFault(error) && CODES.includes(error.code)
