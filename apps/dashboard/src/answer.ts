import type { Html } from './pages/html.ts'

/** What a handler answers; no framework's type. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Headers = Answer['headers']

const answer = (status: number, type: string, body: string, headers: Headers): Answer => ({
  status,
  headers: { 'content-type': type, 'cache-control': 'no-store', ...headers },
  body,
})

export const htmlAnswer = (status: number, page: Html, headers: Headers = {}): Answer =>
  answer(status, 'text/html; charset=utf-8', page.text, headers)

export const textAnswer = (status: number, text: string, headers: Headers = {}): Answer =>
  answer(status, 'text/plain; charset=utf-8', `${text}\n`, headers)

/** Sends the browser on to another page of ours, which it asks for by GET. */
export const seeOther = (location: string): Answer =>
  answer(303, 'text/plain; charset=utf-8', '', { location })

export const jsonAnswer = (status: number, value: unknown): Answer =>
  answer(status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`, {})
