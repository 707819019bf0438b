import { expect, test } from 'vitest'
import { onEvent, tell } from '../src/index.ts'

test('an event reaches everybody who listens, until they stop', () => {
  const heard: string[] = []
  const endings = ['a', 'b'].map((name) =>
    onEvent('page.ended', ({ topic, outcome }) => heard.push(`${name} ${topic} ${outcome}`)),
  )
  tell('page.ended', { topic: 'permits', outcome: 'done', rowCount: 3 })
  endings[0]?.()
  tell('page.ended', { topic: 'permits', outcome: 'moved', kind: 'moved', rowCount: 0 })
  endings[1]?.()
  tell('page.ended', { topic: 'permits', outcome: 'done', rowCount: 3 })
  expect(heard).toEqual(['a permits done', 'b permits done', 'b permits moved'])
})

test('one event is not heard as another', () => {
  let heardCount = 0
  const end = onEvent('page.idle', () => {
    heardCount += 1
  })
  tell('source.requested', {})
  tell('page.idle', {})
  end()
  expect(heardCount).toBe(1)
})
