import { SoqlError } from './soql-error.ts'
import { readTokens, type Token } from './soql-lexer.ts'

/** A cursor over the tokens of one clause. `take…` moves on if the token is there, `expect…` throws a SoqlError if not. */
export interface TokenReader {
  readonly text: string
  current(): Token
  next(): Token
  takeWord(word: string): boolean
  takeSymbol(symbol: string): boolean
  expectWord(word: string): void
  expectSymbol(symbol: string): void
  /** A name, quoted or not. */
  expectName(): string
  expectInteger(): number
  expectEnd(): void
  /** The error for a current token that fits nowhere. */
  unexpected(expected: string): SoqlError
}

export function createTokenReader(text: string): TokenReader {
  const tokens = readTokens(text)
  let index = 0
  const reader: TokenReader = {
    text,
    current: () => tokens[index] ?? { kind: 'end', value: '', offset: text.length },
    next: () => {
      const token = reader.current()
      index += 1
      return token
    },
    takeWord: (word) => takeIf(isWord(reader.current(), word)),
    takeSymbol: (symbol) => takeIf(isSymbol(reader.current(), symbol)),
    expectWord: (word) => {
      if (!reader.takeWord(word)) throw reader.unexpected(`\`${word.toUpperCase()}'`)
    },
    expectSymbol: (symbol) => {
      if (!reader.takeSymbol(symbol)) throw reader.unexpected(`\`${symbol}'`)
    },
    expectName: () => {
      if (!['word', 'quoted-name'].includes(reader.current().kind)) throw reader.unexpected('a name')
      return reader.next().value
    },
    expectInteger: () => {
      if (!/^\d+$/.test(reader.current().value)) throw reader.unexpected('an integer')
      return Number(reader.next().value)
    },
    expectEnd: () => {
      if (reader.current().kind !== 'end') throw reader.unexpected('end of input')
    },
    unexpected: (expected) => unexpectedToken(text, reader.current(), expected),
  }
  function takeIf(condition: boolean): boolean {
    if (condition) index += 1
    return condition
  }
  return reader
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.value.toLowerCase() === word
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.value === symbol
}

function unexpectedToken(text: string, token: Token, expected: string): SoqlError {
  const place = { text, offset: token.offset }
  if (token.kind === 'end') return new SoqlError('unexpected-eof', 'Unexpected end of input', place)
  return new SoqlError('bad-parse', `Expected ${expected}, but got \`${token.value}'`, place)
}
