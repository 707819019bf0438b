import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAULT_KINDS, Fault, isFault, toFault } from '../src/index.ts'

/** The class as another installed copy of the package brings it along. */
const importCopy = async () => {
  const path = '../src/fault.ts?copy'
  const copy = (await import(/* @vite-ignore */ path)) as typeof import('../src/fault.ts')
  expect(copy.Fault).not.toBe(Fault)
  return copy
}

describe('a fault', () => {
  it('keeps what it was made of', () => {
    const cause = new Error('reset')
    const options = {
      code: 'SOURCE_TIMEOUT',
      kind: 'transient',
      message: 'too slow',
      retryAfterMs: 5,
    } as const
    const fault = new Fault({ ...options, context: { page: 1 }, cause })
    expect(fault).toMatchObject({ ...options, name: 'Fault', context: { page: 1 }, cause })
    expect(inspect(fault)).toContain('too slow')
  })

  it('has no cause where none was given', () => {
    const fault = new Fault({ code: 'X', kind: 'terminal', message: 'x' })
    expect('cause' in fault).toBe(false)
    expect(fault).toMatchObject({ context: {}, retryAfterMs: undefined })
  })

  it('is passed on as it is', () => {
    for (const kind of FAULT_KINDS) {
      const fault = new Fault({ code: 'X', kind, message: 'x' })
      expect(toFault(fault)).toBe(fault)
    }
  })

  it('made by another copy of the package keeps its code and kind', async () => {
    const copy = await importCopy()
    const foreign = new copy.Fault({ code: 'SOURCE_MOVED', kind: 'moved', message: 'it moved' })
    expect(foreign).not.toBeInstanceOf(Fault)
    expect(isFault(foreign)).toBe(true)
    expect(toFault(foreign)).toBe(foreign)
    expect(copy.toFault(new Fault({ code: 'X', kind: 'unavailable', message: 'x' }))).toMatchObject({
      code: 'X',
    })
  })
})

describe('an error that nobody foresaw', () => {
  it('is terminal, named unexpected, and keeps its origin', () => {
    const cause = new RangeError('out of range')
    expect(toFault(cause)).toMatchObject({
      code: 'UNEXPECTED',
      kind: 'terminal',
      message: 'unexpected: out of range',
      cause,
    })
  })

  it('with the code of a system call is no fault of ours', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    expect(isFault(error)).toBe(false)
    expect(toFault(error).code).toBe('UNEXPECTED')
  })

  it('that only looks like a fault is none', () => {
    expect(isFault({ name: 'Fault', code: 'X', kind: 'moved', message: 'x' })).toBe(false)
  })

  it('may be any thing at all', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withSparseArray: true, withDate: true }),
        (thrown) => {
          const fault = toFault(thrown)
          expect(fault).toMatchObject({ code: 'UNEXPECTED', kind: 'terminal' })
          expect(fault.message).toMatch(/^unexpected: /)
        },
      ),
    )
  })
})
