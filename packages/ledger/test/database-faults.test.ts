import { describe, expect, it } from 'vitest'
import { databaseFault } from '../src/database-faults.ts'

const errorOf = (code: string, message: string, more = {}) =>
  Object.assign(new Error(message), { code, ...more })

describe('an error of the server or of the way to it', () => {
  it.each([
    ['ER_GET_ERRNO', 'Got error 28 "No space left on device" from storage engine InnoDB'],
    ['ER_CANT_CREATE_TABLE', 'Can\'t create table `a`.`b` (errno: 28 "No space left on device")'],
    ['ER_ERROR_DURING_COMMIT', 'Got error 28 during COMMIT'],
    ['ER_RECORD_FILE_FULL', "The table 't' is full"],
  ])('%s is a full disk: waited for, with the mend (%s)', (code, message) => {
    const fault = databaseFault(errorOf(code, message))
    expect(fault).toMatchObject({ code: 'DATABASE_FULL', kind: 'unavailable' })
    expect(fault.message).toContain('make room on its disk')
  })

  it.each([
    ['ER_READ_ONLY_MODE', 'DATABASE_READ_ONLY'],
    ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'DATABASE_READ_ONLY'],
    ['ER_HOST_IS_BLOCKED', 'DATABASE_UNREACHABLE'],
    ['ER_CANT_CREATE_THREAD', 'DATABASE_BUSY'],
    ['ER_NET_PACKETS_OUT_OF_ORDER', 'DATABASE_LOST'],
  ])('%s is waited for', (code, expected) => {
    expect(databaseFault(errorOf(code, 'no'))).toMatchObject({ code: expected, kind: 'unavailable' })
  })

  it('any error of the operating system is waited for', () => {
    const error = errorOf('ENETUNREACH', 'connect ENETUNREACH 10.0.0.1:3306', { syscall: 'connect' })
    expect(databaseFault(error)).toMatchObject({ code: 'DATABASE_UNREACHABLE', kind: 'unavailable' })
  })

  it('what nobody knows ends the work', () => {
    expect(databaseFault(errorOf('ER_PARSE_ERROR', 'no'))).toMatchObject({
      code: 'DATABASE_ERROR',
      kind: 'terminal',
    })
  })
})
