/** Schemas that servers of several versions print, and what is then a difference. */
import { expect, test } from 'vitest'
import type { Column, Schema } from '../../../core/schema.ts'
import { parseType } from '../native.ts'
import { alignPrinters } from './align.ts'

const column = (native: string, more: Partial<Column> = {}): Column => ({
  name: native,
  type: parseType(native),
  nullable: true,
  ...more,
})

function schema(flavor: string, version: string, natives: readonly string[], utf8: string, mode: string): Schema {
  const text = column('varchar(9)', { charset: utf8, collation: `${utf8}_general_ci` })
  return {
    engine: 'mysql',
    name: 'shop',
    flavor,
    version,
    charset: 'utf8mb4',
    collation: 'utf8mb4_bin',
    tables: [
      {
        name: { name: 't' },
        columns: [...natives.map((n) => column(n)), text],
        uniques: [],
        indexes: [],
        foreignKeys: [],
        checks: [],
        options: { engine: 'InnoDB', charset: utf8, collation: `${utf8}_general_ci` },
      },
    ],
    others: [{ kind: 'function', name: { name: 'f' }, definition: 'x', options: { sql_mode: mode } }],
  } as Schema
}

const OLD = ['int(11)', 'bigint(20) unsigned', 'tinyint(1)', 'tinyint(4)', 'int(7) unsigned zerofill', 'decimal(10,2)']
const NEW = ['int', 'bigint unsigned', 'tinyint(1)', 'tinyint', 'int(7) unsigned zerofill', 'decimal(10,2)']
const MODES = 'ANSI_QUOTES,NO_AUTO_CREATE_USER'

const natives = (s: Schema) => s.tables[0].columns.slice(0, -1).map((c) => c.type.native)
const utf8Names = (s: Schema) => {
  const [t] = s.tables
  const last = t.columns.at(-1)
  return [last?.charset, last?.collation, t.options.charset, t.options.collation, s.collation]
}

test('what MySQL 5.7 prints otherwise than 8 is told in the words of the first, widths and a mode in those of 8', () => {
  const [five, eight] = [
    schema('mysql', '5.7.44', OLD, 'utf8', MODES),
    schema('mysql', '8.4.0', NEW, 'utf8mb3', 'ANSI_QUOTES'),
  ]
  for (const [from, to, utf8] of [
    [five, eight, 'utf8'],
    [eight, five, 'utf8mb3'],
  ] as const) {
    const both = alignPrinters(from, to)
    for (const s of both) {
      expect(natives(s)).toEqual(NEW)
      expect(utf8Names(s)).toEqual([utf8, `${utf8}_general_ci`, utf8, `${utf8}_general_ci`, 'utf8mb4_bin'])
      expect(s.others[0].options?.sql_mode).toBe('ANSI_QUOTES')
    }
  }
})

test('MariaDB and MySQL 8 differ in widths alone', () => {
  const maria = schema('mariadb', '10.11.6-MariaDB', OLD, 'utf8mb3', 'ANSI_QUOTES')
  const both = alignPrinters(maria, schema('mysql', '9.7.4-2', NEW, 'utf8mb3', 'ANSI_QUOTES'))
  expect(natives(both[0])).toEqual(natives(both[1]))
  expect(utf8Names(both[0])).toEqual(utf8Names(maria))
})

test('servers that print alike, and what no server printed, are left as they are', () => {
  const old = schema('mysql', '5.7.44', OLD, 'utf8', MODES)
  for (const other of [schema('mysql', '8.0.11', OLD, 'utf8', MODES), schema('mysql', '', NEW, 'utf8mb3', '')]) {
    const both = alignPrinters({ ...old, version: other.version === '' ? old.version : '8.0.12' }, other)
    expect(both[1]).toBe(other)
  }
})
