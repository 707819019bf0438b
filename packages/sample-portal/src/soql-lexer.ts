import { SoqlError } from './soql-error.ts'

export interface Token {
  readonly kind: 'word' | 'quoted-name' | 'text' | 'number' | 'symbol' | 'end'
  /** Words as written, texts and quoted names without quotes and escapes. */
  readonly value: string
  readonly offset: number
}

const PATTERN =
  /\s*(?:(?<word>:?@?[A-Za-z_][A-Za-z0-9_]*|:@[A-Za-z0-9_]+)|`(?<name>[^`]*)`|'(?<single>(?:[^']|'')*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|(?<symbol>:\*|<=|>=|<>|!=|==|[()*,=<>-]))/y

/** Cuts SoQL into tokens, the last one of kind `end`. @throws SoqlError for an unterminated string or a strange character */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  for (;;) {
    PATTERN.lastIndex = position
    const match = PATTERN.exec(text)
    if (match === null) break
    tokens.push(toToken(match))
    position = PATTERN.lastIndex
  }
  const offset = position + (text.slice(position).length - text.slice(position).trimStart().length)
  if (offset < text.length) throw strangeCharacter(text, offset)
  tokens.push({ kind: 'end', value: 'end of input', offset: text.length })
  return tokens
}

function toToken(match: RegExpExecArray): Token {
  const { word, name, single, double, number, symbol } = match.groups ?? {}
  const offset = match.index + match[0].length - match[0].trimStart().length
  if (word !== undefined) return { kind: 'word', value: word, offset }
  if (name !== undefined) return { kind: 'quoted-name', value: name, offset }
  if (single !== undefined) return { kind: 'text', value: single.replaceAll("''", "'"), offset }
  if (double !== undefined) return { kind: 'text', value: double.replaceAll(/\\(.)/g, '$1'), offset }
  if (number !== undefined) return { kind: 'number', value: number, offset }
  return { kind: 'symbol', value: canonicalSymbol(symbol ?? ''), offset }
}

function canonicalSymbol(symbol: string): string {
  if (symbol === '<>') return '!='
  return symbol === '==' ? '=' : symbol
}

function strangeCharacter(text: string, offset: number): SoqlError {
  const character = text.charAt(offset)
  if (character === "'" || character === '"' || character === '`') {
    return new SoqlError('unterminated-string', 'Unterminated string', { text, offset })
  }
  return new SoqlError(
    'unexpected-character',
    `Unexpected character: ${character}`,
    { text, offset },
    { char: character },
  )
}
