const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' }
const UNESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', 0: '\0' }
/** Between these a character is one byte, and only the backslash is escaped. */
const PLAIN_MIN = 14
const PLAIN_MAX = 127
const TAB = 9
const LINE_END = 10
const BACKSLASH = 92
const CAPITAL_N = 78
/** UTF-8 takes at most three bytes for a unit of a text; a mark and NULL take three more. */
const BYTES_PER_UNIT = 3
const BYTES_SPARE = 3

/**
 * Rows in the form LOAD DATA reads by default, as UTF-8: tabs between fields, `\N` for NULL, backslash escapes, a line end
 * after each row. Texts become bytes here and nowhere else, so this is where most of a page's time would go.
 */
export class TabSeparatedRows {
  #bytes: Buffer
  #length = 0
  #isRowOpen = false

  /** @param bytesExpected - room made at first; it grows */
  constructor(bytesExpected = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafe(bytesExpected)
  }

  /** All rows so far; changed by what is added later. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Adds a field to the row begun, or begins one. */
  add(field: string | null): void {
    if (field === null) {
      this.#addNull()
      return
    }
    this.#reserve(field.length)
    const bytes = this.#bytes
    let at = this.#mark()
    for (let index = 0; index < field.length; index++) {
      const unit = field.charCodeAt(index)
      if (unit < PLAIN_MIN || unit > PLAIN_MAX || unit === BACKSLASH) {
        this.#addHard(field)
        return
      }
      bytes[at++] = unit
    }
    this.#length = at
    this.#isRowOpen = true
  }

  /** Adds a field of bytes that are characters between the space and DEL, without backslashes. */
  addPlain(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#length = this.#mark()
    this.#isRowOpen = true
    this.extend(bytes, start, end)
  }

  /** Adds such bytes to the last field. */
  extend(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    const target = this.#bytes
    let at = this.#length
    for (let from = start; from < end; from++) target[at++] = bytes[from] as number
    this.#length = at
  }

  endRow(): void {
    this.#reserve(0)
    this.#bytes[this.#length++] = LINE_END
    this.#isRowOpen = false
  }

  #addNull(): void {
    this.#reserve(0)
    const at = this.#mark()
    this.#bytes[at] = BACKSLASH
    this.#bytes[at + 1] = CAPITAL_N
    this.#length = at + 2
    this.#isRowOpen = true
  }

  /** A field with escapes or characters of more than one byte. */
  #addHard(field: string): void {
    const escaped = field.replace(/[\\\t\n\0]/g, (mark) => ESCAPES[mark] ?? mark)
    this.#reserve(escaped.length)
    const at = this.#mark()
    this.#length = at + this.#bytes.write(escaped, at)
    this.#isRowOpen = true
  }

  /** Puts a tab before every field but a row's first; returns where the field begins. */
  #mark(): number {
    if (!this.#isRowOpen) return this.#length
    this.#bytes[this.#length] = TAB
    return this.#length + 1
  }

  #reserve(unitCount: number): void {
    const needed = this.#length + unitCount * BYTES_PER_UNIT + BYTES_SPARE
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** The fields of the last row of {@link TabSeparatedRows}; none of no rows. */
export function readLastRow(bytes: Buffer): (string | null)[] {
  const start = bytes.subarray(0, -1).lastIndexOf(LINE_END) + 1
  return readTabSeparated(bytes.subarray(start)).next().value ?? []
}

/** The fields of each row of {@link TabSeparatedRows}. */
export function* readTabSeparated(bytes: Buffer): Generator<(string | null)[]> {
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_END, start)
    if (end < 0) throw new Error('the last row has no end')
    yield bytes.toString('utf8', start, end).split('\t').map(readField)
    start = end + 1
  }
}

function readField(text: string): string | null {
  if (text === '\\N') return null
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, mark: string) => UNESCAPES[mark] ?? mark) : text
}
