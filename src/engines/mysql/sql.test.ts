import { describe, expect, it } from 'vitest'
import type { Column, Table } from '../../core/schema.ts'
import { parseAddress } from './address.ts'
import { ddl } from './ddl.ts'
import { isAboutRows, queryError, rowError } from './errors.ts'
import { fromEwkb, toEwkb } from './geometry.ts'
import { readDefault, withoutParentheses } from './inspect-default.ts'
import { rangePredicates } from './keyset.ts'
import { literal, quote } from './literal.ts'
import { parseType } from './native.ts'
import { bind } from './query.ts'
import { readTail } from './table-tail.ts'

const column = (name: string, native: string, more: Partial<Column> = {}): Column => ({
  name,
  type: parseType(native),
  nullable: false,
  ...more,
})

describe('an address', () => {
  it('is taken apart, and its label tells no password', () => {
    const a = parseAddress('mysql://us%40er:p%3Aa%2Fss@db.example:3307/shop?ssl-mode=REQUIRED&x=1')
    expect(a).toMatchObject({
      user: 'us@er',
      password: 'p:a/ss',
      host: 'db.example',
      port: 3307,
      database: 'shop',
      tls: { mode: 'require' },
      params: { x: '1' },
    })
    expect(a.label).toBe('mysql://us@er@db.example:3307/shop')
  })
  it('may lead to a socket', () => {
    expect(parseAddress('mariadb://root@/shop?socket=/run/s.sock')).toMatchObject({
      socket: '/run/s.sock',
      label: 'mariadb://root@/shop?socket=/run/s.sock',
    })
    expect(parseAddress('mysql://[::1]:3306/x').host).toBe('::1')
  })
  it.for(['mysql:/x', 'mysql://h:99999/x', 'mysql://u:%zz@h/x'])('%s is refused without saying it', (url) => {
    expect(() => parseAddress(url)).toThrow(
      expect.objectContaining({ code: 'ADDRESS_INVALID', message: expect.not.stringContaining('zz') }),
    )
  })
})

describe('a literal', () => {
  it.for([
    ["it's \\ \n\0", "'it\\'s \\\\ \\n\\0'"],
    [18446744073709551615n, '18446744073709551615'],
    [new Uint8Array([0, 255]), "x'00ff'"],
    [null, 'NULL'],
    [true, '1'],
  ] as const)('of %s is %s', ([value, sql]) => {
    expect(literal(value)).toBe(sql)
  })
  it('takes the place of a question mark outside of quotes and comments', () => {
    expect(bind('SELECT \'?\', "?", `?`, ? -- ?\n, ? /* ? */', [1n, 'a'])).toBe(
      "SELECT '?', \"?\", `?`, 1 -- ?\n, 'a' /* ? */",
    )
    expect(() => bind('SELECT ?', [])).toThrow()
  })
  it('of a name doubles its backticks', () => {
    expect(quote('a`b')).toBe('`a``b`')
  })
})

describe('a key range', () => {
  it('is a disjunction that an index is used for', () => {
    const columns = [column('a', 'bigint'), column('b', 'varchar(10)')]
    expect(rangePredicates(columns, { kind: 'key', after: [1n, "x'"], upto: [5n, 'y'] })).toEqual([
      "((`a` > 1) OR (`a` = 1 AND `b` > 'x\\''))",
      "((`a` < 5) OR (`a` = 5 AND `b` <= 'y'))",
    ])
  })
  it('of one whole number is closed at both ends, in signed 64 bits by BETWEEN', () => {
    const range = (after: bigint, upto: bigint) =>
      rangePredicates([column('n', 'bigint unsigned')], { kind: 'key', after: [after], upto: [upto] })
    expect(range(5n, 9n)).toEqual(['`n` BETWEEN 6 AND 9'])
    expect(range(5n, 2n ** 63n)).toEqual(['`n` >= 6 AND `n` <= 9223372036854775808'])
    expect(range(2n ** 63n - 1n, 5n)).toEqual(['`n` >= 9223372036854775808 AND `n` <= 5'])
  })
  it('compares floats as doubles, labels by number, other character sets as they are stored', () => {
    const after = (c: Column, key: bigint | number | string) =>
      rangePredicates([c], { kind: 'key', after: [key], upto: null })[0]
    expect(after(column('f', 'float'), 0.10000000149011612)).toBe('`f` > 1.0000000149011612e-1')
    expect(after(column('e', "enum('z','a','m')"), 2n)).toBe("(`e` IN ('m') AND `e` > 2)")
    expect(after(column('e', "enum('z','a')"), 'a')).toBe('false')
    const latin = column('t', 'varchar(9)', { charset: 'latin1', collation: 'latin1_german1_ci' })
    expect(after(latin, 'ä')).toBe("`t` > CONVERT('ä' USING latin1) COLLATE latin1_german1_ci")
    expect(after(column('n', 'bigint unsigned'), '18446744073709551615')).toBe('`n` > 18446744073709551615')
  })
})

describe('a default', () => {
  const read = (text: string | null, native: string, flavor: 'mysql' | 'mariadb' = 'mariadb', extra = '') =>
    readDefault({ flavor, text, extra, logical: parseType(native).logical })
  it('of MariaDB is told from an expression by its quotes', () => {
    expect(read("'it''s'", 'varchar(9)')).toEqual({ kind: 'value', text: "it's" })
    expect(read("'now()'", 'varchar(9)')).toEqual({ kind: 'value', text: 'now()' })
    expect(read('NULL', 'int')).toBeUndefined()
    expect(read('current_timestamp(3)', 'datetime(3)')).toEqual({ kind: 'now', of: 'timestamp' })
    expect(read('(1 + 2)', 'int')).toEqual({ kind: 'expression', sql: '1 + 2' })
    expect(read("concat('a','b')", 'varchar(9)')).toEqual({ kind: 'expression', sql: "concat('a','b')" })
    expect(read("b'101'", 'bit(5)')).toEqual({ kind: 'value', text: '00101' })
  })
  it('of MySQL is plain, and an expression where extra says so', () => {
    expect(read("it's", 'varchar(9)', 'mysql')).toEqual({ kind: 'value', text: "it's" })
    expect(read('CURRENT_TIMESTAMP', 'datetime', 'mysql')).toEqual({ kind: 'now', of: 'timestamp' })
    expect(read("concat(_utf8mb4\\'a\\',1)", 'varchar(9)', 'mysql', 'DEFAULT_GENERATED')).toEqual({
      kind: 'expression',
      sql: "concat(_utf8mb4'a',1)",
    })
    expect(read('uuid()', 'char(36)', 'mysql', 'DEFAULT_GENERATED')).toEqual({ kind: 'uuid' })
  })
  it('loses only parentheses around the whole', () => {
    expect(withoutParentheses("((a) + ')')")).toBe("(a) + ')'")
    expect(withoutParentheses('(a) + (b)')).toBe('(a) + (b)')
  })
})

it('the tail of SHOW CREATE TABLE is read', () => {
  const tail = readTail(
    "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin `PAGE_COMPRESSED`=1 COMMENT='it''s' WITH SYSTEM VERSIONING\n PARTITION BY HASH (`a`)\nPARTITIONS 4",
  )
  expect(tail).toEqual({
    counter: 77n,
    comment: "it's",
    options: {
      engine: 'InnoDB',
      charset: 'utf8mb4',
      collation: 'utf8mb4_bin',
      '`page_compressed`': '1',
      system_versioning: 'yes',
      partitioning: 'PARTITION BY HASH (`a`)\nPARTITIONS 4',
    },
  })
})

describe('statements', () => {
  const table: Table = {
    name: { name: 't' },
    columns: [column('id', 'int', { identity: 'auto' }), column('a', 'varchar(768)'), column('b', 'varchar(768)')],
    primaryKey: { name: 'p', columns: ['id'] },
    uniques: [{ name: 'ua', columns: ['a'] }],
    indexes: [
      { name: 'ab', parts: [{ column: 'a' }, { column: 'b' }], unique: false, method: 'btree' },
      { name: 'fa', parts: [{ column: 'a' }], unique: false, method: 'fulltext' },
    ],
    foreignKeys: [],
    checks: [],
    options: {},
  }
  it('keep unique and full-text indexes apart from the plain ones', () => {
    expect(ddl.indexes(table).map((s) => s.object)).toEqual(['index t.ua', 'index t.fa', 'index t.ab'])
  })
  it('index long texts by their beginnings where an entry would be too long', () => {
    expect(ddl.indexes(table).at(-1)?.sql).toBe('ALTER TABLE `t` ADD KEY `ab` (`a`(384), `b`(384))')
  })
})

describe('an error', () => {
  const error = (errno: number, sqlState = 'HY000') => Object.assign(new Error('said'), { errno, sqlState })
  it.for([
    [1045, 'AUTH_FAILED'],
    [1049, 'DATABASE_MISSING'],
    [1142, 'PERMISSION_DENIED'],
    [1205, 'LOCK_TIMEOUT'],
    [1114, 'DISK_FULL'],
    [1927, 'CONNECTION_LOST'],
    [1146, 'TABLE_MISSING'],
    [1064, 'QUERY_FAILED'],
  ] as const)('%i is %s', ([errno, code]) => {
    expect(queryError(error(errno)).code).toBe(code)
  })
  it('about a row is ROW_REFUSED in the server’s words', () => {
    expect(rowError(error(1062, '23000'))).toMatchObject({ code: 'ROW_REFUSED', message: 'said' })
    expect(rowError(error(1064, '42000')).code).toBe('QUERY_FAILED')
    expect(isAboutRows(4025, 'HY000')).toBe(true)
  })
})

it('geometries go to EWKB and back', () => {
  const stored = Buffer.from('e6100000010100000000000000000000000000000000000000', 'hex')
  expect(toEwkb(stored).toString('hex')).toBe('0101000020e610000000000000000000000000000000000000')
  expect(fromEwkb(toEwkb(stored)).equals(stored)).toBe(true)
  expect(() => fromEwkb(Buffer.from('00', 'hex'))).toThrow()
})
