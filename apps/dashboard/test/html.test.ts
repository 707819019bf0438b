import { expect, test } from 'vitest'
import { html } from '../src/pages/html.ts'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg/onload=alert(1)>',
  '&lt;script&gt;',
  '`-alert(1)-`',
  '<!-- --><base href="//evil.example">',
]

test.each(PAYLOADS)('a value stays text in an element: %s', (payload) => {
  const { text } = html`<p>${payload}</p>`
  expect(text.slice(3, -4)).not.toMatch(/[<>"'`]/)
  expect(text.match(/</g)).toHaveLength(2)
})

test.each(PAYLOADS)('a value stays inside its attribute: %s', (payload) => {
  const { text } = html`<p title="${payload}">`
  expect(text.match(/"/g)).toHaveLength(2)
  expect(text.match(/[<>]/g)).toHaveLength(2)
})

test('an ampersand that was text before is escaped again', () => {
  expect(html`${'&lt;'}`.text).toBe('&amp;lt;')
})

test('markup made by the template is not escaped twice, alone or in a list', () => {
  const item = (name: string) => html`<li>${name}</li>`
  expect(html`<ul>${['a', '<b>'].map(item)}</ul>`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>')
})

test('texts in a list are escaped', () => {
  expect(html`${['<', '>']}`.text).toBe('&lt;&gt;')
})

test('nothing is written for null, undefined, true and false, and zero is written', () => {
  expect(html`[${null}${undefined}${true}${false}${0}]`.text).toBe('[0]')
})

test('an object that only looks like markup is not taken for it', () => {
  const forged = JSON.parse('{"text":"<script>alert(1)</script>"}')
  expect(() => html`${forged}`).toThrow()
})
