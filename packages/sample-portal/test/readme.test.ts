import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WHEN_SUMMARIES } from '../src/fault-when.ts'
import { namedFaults, parseFault } from '../src/index.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rows of the table whose first heading is this one, as cells without their code marks. */
function tableOf(heading: string) {
  const lines = README.slice(README.indexOf(`| ${heading} `)).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  )
}

test('the README lists every fault with its options, as they are', () => {
  const expected = namedFaults.map(({ name, options, summary, example }) => {
    const names = Object.keys(options).map((option) => `${option}=`)
    return [name, names.join(' ') || '-', summary, example]
  })
  expect(tableOf('fault')).toEqual(expected)
})

test('the README says when faults strike, as it is', () => {
  const expected = Object.entries(WHEN_SUMMARIES).map(([name, summary]) => [`${name}=`, summary])
  expect(tableOf('when')).toEqual(expected)
})

test('the faults of the commands and programs in the README can be used', () => {
  const texts = [...README.matchAll(/(?:--fault|-d|parseFault\() ?'([^']+)'/g)].map((match) => match[1] ?? '')
  expect(texts.length).toBeGreaterThan(5)
  for (const text of texts) expect(parseFault(text), text).toBeTypeOf('function')
})
