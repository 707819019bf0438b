import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  occurrenceJobId,
  pageJobId,
  parseOccurrenceJob,
  parsePageJob,
  parseSettleJob,
  settleJobId,
} from '../src/contracts.ts'

const page = { runId: 'pet0a1b2', generation: 2, pageNo: 17, enqueueNo: 3 }
const settle = { runId: 'pet0a1b2', generation: 2 }
const count = fc.integer({ min: 1, max: 1_000_000 })
const anyPage = fc.record({
  runId: fc.stringMatching(/^[a-z0-9]{4,20}$/),
  generation: count,
  pageNo: fc.nat(1_000_000),
  enqueueNo: count,
})

describe('the id of a job', () => {
  it('stays the same from release to release, as jobs outlive them', () => {
    expect(pageJobId(page)).toBe('pet0a1b2-g2-p17-e3')
    expect(settleJobId(settle)).toBe('pet0a1b2-g2-settle')
    expect(occurrenceJobId('pet_license')).toBe('pet_license-wake')
  })

  it('is one that BullMQ takes: no colon, no integer', () => {
    fc.assert(
      fc.property(anyPage, (job) => {
        for (const id of [pageJobId(job), settleJobId(job)]) {
          expect(id).not.toContain(':')
          expect(Number.isNaN(Number(id))).toBe(true)
        }
      }),
    )
  })

  it('is equal exactly for equal jobs', () => {
    fc.assert(
      fc.property(
        anyPage,
        anyPage,
        fc.subarray(['runId', 'generation', 'pageNo', 'enqueueNo']),
        (one, two, same) => {
          const other = {
            ...two,
            ...Object.fromEntries(Object.entries(one).filter(([name]) => same.includes(name))),
          }
          const isSameJob =
            JSON.stringify(one, Object.keys(page)) === JSON.stringify(other, Object.keys(page))
          expect(pageJobId(one) === pageJobId(other)).toBe(isSameJob)
          expect(settleJobId(one)).not.toBe(pageJobId(other))
        },
      ),
    )
  })
})

describe('a job that is taken', () => {
  it('is read as it was written', () => {
    expect(parsePageJob(JSON.parse(JSON.stringify({ v: 1, ...page })))).toEqual({ v: 1, ...page })
    expect(parseSettleJob({ v: 1, ...settle })).toEqual({ v: 1, ...settle })
    expect(parseOccurrenceJob({ v: 1, topic: 'pet_license' })).toEqual({ v: 1, topic: 'pet_license' })
  })

  it.each([
    {},
    { v: 1 },
    { v: 1, topic: '' },
    { v: 1, topic: 'Cats' },
    { v: 1, topic: '../etc/x' },
    { v: 1, topic: 7 },
  ])('of a schedule fails for good where it is not one of ours: %j', (data) => {
    expect(() => parseOccurrenceJob(data)).toThrow(
      expect.objectContaining({ code: 'JOB_INVALID', kind: 'terminal' }),
    )
  })

  it.each([
    undefined,
    null,
    'text',
    42,
    [],
    {},
    { hello: 'world' },
    { v: 1 },
    { ...page },
    { v: '1', ...page },
    { v: 1, ...page, runId: undefined },
    { v: 1, ...page, runId: 'abc' },
    { v: 1, ...page, runId: 'RUN-0001' },
    { v: 1, ...page, runId: "x'; DROP TABLE run" },
    { v: 1, ...page, runId: 'a'.repeat(21) },
    { v: 1, ...page, generation: 0 },
    { v: 1, ...page, generation: 1.5 },
    { v: 1, ...page, pageNo: -1 },
    { v: 1, ...page, pageNo: '3' },
    { v: 1, ...page, pageNo: null },
    { v: 1, ...page, enqueueNo: 0 },
    { v: 1, ...page, enqueueNo: 2 ** 53 },
  ])('fails for good where it is not one of ours: %j', (data) => {
    expect(() => parsePageJob(data)).toThrow(
      expect.objectContaining({ code: 'JOB_INVALID', kind: 'terminal' }),
    )
    expect(() => parsePageJob(data)).toThrow(/^a job is not one of ours: /)
  })

  it.each(['url', 'sql', 'limit', '__proto__x', 'token'])('is refused with a field %s of its own', (name) => {
    for (const parse of [
      () => parsePageJob({ v: 1, ...page, [name]: 1 }),
      () => parseSettleJob({ v: 1, ...settle, [name]: 1 }),
      () => parseOccurrenceJob({ v: 1, topic: 'cats', [name]: 1 }),
    ]) {
      expect(parse).toThrow(expect.objectContaining({ code: 'JOB_INVALID', kind: 'terminal' }))
    }
  })

  it('of the other queue is refused', () => {
    expect(() => parsePageJob({ v: 1, ...settle })).toThrow(expect.objectContaining({ code: 'JOB_INVALID' }))
    expect(() => parseSettleJob({ v: 1, ...page })).toThrow(expect.objectContaining({ code: 'JOB_INVALID' }))
  })

  it.each([2, 99])('of the newer version %d is put back for a process that knows it', (v) => {
    for (const parse of [
      () => parsePageJob({ v, ...page }),
      () => parseSettleJob({ v, future: true }),
      () => parseOccurrenceJob({ v, future: true }),
    ]) {
      expect(parse).toThrow(expect.objectContaining({ code: 'JOB_VERSION', kind: 'unavailable' }))
      expect(parse).toThrow(`a job of version ${v} was put back: this process knows version 1`)
    }
  })

  it.each([0, -1])('of the older version %d fails for good: nobody will ever know it again', (v) => {
    for (const parse of [
      () => parsePageJob({ v, ...page }),
      () => parseSettleJob({ v, past: true }),
      () => parseOccurrenceJob({ v, past: true }),
    ]) {
      expect(parse).toThrow(expect.objectContaining({ code: 'JOB_OUTDATED', kind: 'terminal' }))
      expect(parse).toThrow(`a job of version ${v} was dropped: this process knows version 1`)
    }
  })
})
