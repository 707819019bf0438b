import { storedColumns } from '@gather/store'
import { loadTopic } from '@gather/topics'
import { expect, test } from 'vitest'
import { splitKeys } from '../src/yardsticks/published-table.ts'
import { createRowReader, encodeTabRows } from '../src/yardsticks/tab-rows.ts'

const read = createRowReader(loadTopic('pet_license'))

test('a row becomes a line with its key, times without their marks, and escapes', () => {
  const row = {
    license_issue_date: '2018-11-16T00:00:00.000',
    license_number: 'S1\t2',
    animal_s_name: 'a\\b\nc',
    species: 'Dog',
    primary_breed: 'Pug',
    ':id': 'row-2222.2222.2222',
    ':updated_at': '2019-08-01T01:33:00.500Z',
  }
  const lines = encodeTabRows(read, [row, row], 7).toString().split('\n')
  expect(lines.map((line) => line.split('\t')[0])).toEqual(['7', '8', ''])
  expect(encodeTabRows(read, [row], 7).toString()).toBe(
    '7\t2018-11-16 00:00:00.000\tS1\\t2\ta\\\\b\\nc\tDog\tPug\t\\N\t\\N\trow-2222.2222.2222\t2019-08-01 01:33:00.500\n',
  )
})

test('columns stand in the order of the table', () => {
  const names = storedColumns(loadTopic('pet_license'))
  expect(names.at(0)).toBe('pet_license_id')
  expect(names.slice(-2)).toEqual(['source_row_id', 'source_updated_at'])
})

test('a definition is split into table and keys', () => {
  const definition = [
    'CREATE TABLE `t` (',
    '  `id` bigint NOT NULL,',
    '  PRIMARY KEY (`id`),',
    '  UNIQUE KEY `a` (`a`),',
    '  KEY `b` (`b`,`c`)',
    ') ENGINE=InnoDB',
  ].join('\n')
  expect(splitKeys(definition)).toEqual({
    bare: 'CREATE TABLE `t` (\n  `id` bigint NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB',
    keys: ['UNIQUE KEY `a` (`a`)', 'KEY `b` (`b`,`c`)'],
  })
})
