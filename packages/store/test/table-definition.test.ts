import { describe, expect, it } from 'vitest'
import { missingKeys } from '../src/missing-keys.ts'
import { oldTableName, quoteName, quoteNames, runIdOfTable, stagingName } from '../src/sql-names.ts'
import { keyColumnsText, parseTableDefinition } from '../src/table-definition.ts'
import { columnTypeSql, createTableSql, ROW_ID_KEY } from '../src/table-sql.ts'
import { topicOf } from './topic-of.ts'

const table = (lines: readonly string[], tail = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4') =>
  parseTableDefinition(
    `CREATE TABLE \`things\` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n) ${tail}`,
  )

describe("the server's own text of a table", () => {
  it('is taken apart into columns, keys, constraints and options', () => {
    const definition = table(
      [
        '`things_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT',
        "`name` varchar(50) DEFAULT 'a, (b)' COMMENT 'KEY `x` (`y`)'",
        '`odd ``name``` int(11) DEFAULT NULL',
        'PRIMARY KEY (`things_id`)',
        'UNIQUE KEY `source_row_id` (`source_row_id`)',
        'KEY `by_name` (`name`(10),`n` DESC) USING BTREE',
        'FULLTEXT KEY `words` (`name`)',
        'CONSTRAINT `to_other` FOREIGN KEY (`n`) REFERENCES `other` (`id`)',
      ],
      "ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='it''s mine'",
    )
    expect(definition).toEqual({
      columns: ['things_id', 'name', 'odd `name`'],
      keys: [
        'UNIQUE KEY `source_row_id` (`source_row_id`)',
        'KEY `by_name` (`name`(10),`n` DESC) USING BTREE',
        'FULLTEXT KEY `words` (`name`)',
      ],
      constraints: ['CONSTRAINT `to_other` FOREIGN KEY (`n`) REFERENCES `other` (`id`)'],
      options: "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='it''s mine'",
      partitioned: false,
    })
  })

  it.each([
    ['MariaDB', 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\n PARTITION BY HASH (`things_id`)\nPARTITIONS 3'],
    [
      'MySQL',
      'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\n/*!50100 PARTITION BY RANGE (`things_id`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */',
    ],
  ])('of %s tells of partitions, which are no part of the options', (_server, tail) => {
    expect(table(['`a` int'], tail)).toMatchObject({
      partitioned: true,
      options: 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
    })
  })

  it('a comment that speaks of partitions makes none', () => {
    const tail = "ENGINE=InnoDB COMMENT='later: PARTITION BY HASH (`a`)'"
    expect(table(['`a` int'], tail)).toMatchObject({ partitioned: false, options: tail })
  })

  it.each([
    '`n` int(11) DEFAULT NULL CHECK (`n` > 0)',
    'CONSTRAINT `positive` CHECK (`n` > 0)',
    'CONSTRAINT `positive` CHECK ((`n` > 0))',
  ])('a check is found in %s', (line) => {
    expect(table([line]).constraints).toEqual([line])
  })

  it('a check in a comment is none', () => {
    expect(table(["`n` int(11) COMMENT 'no CHECK (here)'"]).constraints).toEqual([])
  })
})

describe('the columns of a key', () => {
  it.each([
    ['KEY `a` (`x`)', '`x`'],
    ['UNIQUE KEY `a` (`x`,`y`)', '`x`,`y`'],
    ['KEY `a` (`x`(10), `y` DESC)', '`x`(10),`y`DESC'],
    ["KEY `a` (`x`) COMMENT 'for (them)'", '`x`'],
    ['KEY `a (b)` (`x`)', '`x`'],
    ['KEY `a` (`x``)`)', '`x``)`'],
    ['KEY `a` ((lower(`x`)),`y`) USING BTREE', '(lower(`x`)),`y`'],
    ['KEY `a`', ''],
  ])('of %s are %s', (key, columns) => {
    expect(keyColumnsText(key)).toBe(columns)
  })
})

describe('the keys that staging still needs', () => {
  const topic = topicOf({ a: { type: 'varchar(20)' }, b: { type: 'text' } }, { indexes: [['a'], ['b']] })
  const OWN = ['KEY `a` (`a`)', 'KEY `b` (`b`(191))']

  it("are the one on the row id and the topic's own for a new table", () => {
    expect(missingKeys(topic, [], [])).toEqual([ROW_ID_KEY, ...OWN])
  })

  it('are none when all are there', () => {
    expect(missingKeys(topic, [ROW_ID_KEY, ...OWN], [ROW_ID_KEY, ...OWN])).toEqual([])
  })

  it("hold those made by hand, which may stand for the topic's own", () => {
    const byHand = ["UNIQUE KEY `only` (`a`) COMMENT '(x)'", 'FULLTEXT KEY `words` (`b`)']
    expect(missingKeys(topic, [ROW_ID_KEY, ...byHand], [])).toEqual([ROW_ID_KEY, ...byHand, OWN[1]])
  })

  it('hold two made by hand on the same column', () => {
    const byHand = ['KEY `one` (`a`)', 'UNIQUE KEY `two` (`a`)']
    expect(missingKeys(topic, byHand, [])).toEqual([ROW_ID_KEY, ...byHand, OWN[1]])
  })

  it("give the topic's own another name where a hand-made one has taken it", () => {
    expect(missingKeys(topic, ['KEY `A` (`b`(5))'], [])).toEqual([
      ROW_ID_KEY,
      'KEY `A` (`b`(5))',
      'KEY `a_2` (`a`)',
      OWN[1],
    ])
  })

  it('leave out another key on the row id alone', () => {
    expect(missingKeys(topic, ['KEY `rid` (`source_row_id`)', ...OWN], [])).toEqual([ROW_ID_KEY, ...OWN])
  })
})

describe('names in statements', () => {
  it.each([
    ['things', '`things`'],
    ['a`b', '`a``b`'],
    ['`; DROP TABLE x; --', '```; DROP TABLE x; --`'],
    ['select', '`select`'],
  ])('%s is written %s', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted)
    expect(quoteNames([name, name])).toBe(`${quoted}, ${quoted}`)
  })

  it('of staging and old tables lead back to their run, and no other table does', () => {
    expect(runIdOfTable(stagingName('abcd1234', 3))).toBe('abcd1234')
    expect(runIdOfTable(oldTableName('abcd1234'))).toBe('abcd1234')
    for (const name of [
      'pet_license',
      '_gs_',
      '_gs_old_',
      '_gs_Abc_1',
      'x_gs_abcd_1',
      '_gs_abcd_1_more',
      '_gs_abcd',
    ])
      expect(runIdOfTable(name)).toBeUndefined()
  })
})

describe('the table of a topic', () => {
  it('has the key first, the system columns last and each type as the design says', () => {
    const topic = topicOf({
      a: { type: 'varchar(7)', null: false },
      b: { type: 'decimal(9,2)' },
      c: { type: 'boolean' },
      d: { type: 'datetime' },
      e: { type: 'json' },
    })
    expect(createTableSql('t', topic, ['KEY `a` (`a`)'], 'ENGINE=InnoDB')).toBe(
      [
        'CREATE TABLE IF NOT EXISTS `t` (',
        '  `things_id` BIGINT UNSIGNED NOT NULL,',
        '  `a` VARCHAR(7) NOT NULL,',
        '  `b` DECIMAL(9,2) NULL,',
        '  `c` TINYINT(1) NULL,',
        '  `d` DATETIME(3) NULL,',
        '  `e` LONGTEXT NULL,',
        '  `source_row_id` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,',
        '  `source_updated_at` DATETIME(3) NULL,',
        '  PRIMARY KEY (`things_id`),',
        '  KEY `a` (`a`)',
        ') ENGINE=InnoDB',
      ].join('\n'),
    )
    expect(columnTypeSql({ kind: 'bigint' })).toBe('BIGINT')
  })
})
