/** Every type of MariaDB with its hairy values: read, written elsewhere, and compared there by the server's own text and bytes. */
import mysql2, { type RowDataPacket } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { decoder } from '../../src/core/decode.ts'
import { rowFields, rowOffsets } from '../../src/core/wire.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase, onMariadb } from '../harness/database.ts'
import { buildTables, copyTable, finishTables, wireColumns } from './tables.ts'

/** Column definition, values as SQL, and canonical texts where they are worth saying. */
interface Case {
  readonly type: string
  readonly values: readonly string[]
  readonly texts?: readonly string[]
}

const CASES: readonly Case[] = [
  { type: 'tinyint', values: ['-128', '0', '127'], texts: ['-128', '0', '127'] },
  { type: 'tinyint unsigned', values: ['0', '255'], texts: ['0', '255'] },
  { type: 'tinyint(1)', values: ['0', '1', '5', '-1'], texts: ['0', '1', '5', '-1'] },
  { type: 'smallint', values: ['-32768', '32767'], texts: ['-32768', '32767'] },
  { type: 'smallint unsigned', values: ['65535'], texts: ['65535'] },
  { type: 'mediumint', values: ['-8388608', '8388607'], texts: ['-8388608', '8388607'] },
  { type: 'mediumint unsigned', values: ['16777215'], texts: ['16777215'] },
  { type: 'int', values: ['-2147483648', '2147483647'], texts: ['-2147483648', '2147483647'] },
  { type: 'int unsigned', values: ['4294967295'], texts: ['4294967295'] },
  { type: 'int(6) unsigned zerofill', values: ['42'], texts: ['42'] },
  {
    type: 'bigint',
    values: ['-9223372036854775808', '9223372036854775807'],
    texts: ['-9223372036854775808', '9223372036854775807'],
  },
  {
    type: 'bigint unsigned',
    values: ['0', '9007199254740993', '18446744073709551615'],
    texts: ['0', '9007199254740993', '18446744073709551615'],
  },
  { type: 'decimal(65,30)', values: ["'-12345678901234567890123456789012345.123456789012345678901234567890'", '0'] },
  { type: 'decimal(5,0) unsigned', values: ['99999', '0'], texts: ['99999', '0'] },
  { type: 'decimal(10,4)', values: ['-0.0001', '10000.0001', '9999.5'], texts: ['-0.0001', '10000.0001', '9999.5000'] },
  { type: 'float', values: ['0.1', '3.4028234663852886e38', '-1.17549e-38', '1e-45'] },
  { type: 'float(7,3)', values: ['1234.567'] },
  {
    type: 'double',
    values: ['0.1', '1.7976931348623157e308', '2.2250738585072014e-308', '123456789.12345679', '5e-324'],
  },
  { type: 'double(10,3)', values: ['1234567.125'] },
  { type: 'bit(1)', values: ["b'0'", "b'1'"], texts: ['0', '1'] },
  { type: 'bit(12)', values: ["b'100000000001'", "b'0'"], texts: ['100000000001', '000000000000'] },
  { type: 'bit(64)', values: ["b'1111111111111111111111111111111111111111111111111111111111111111'", "b'1010'"] },
  { type: 'year', values: ['1901', '2155', '2000', "'0000'"], texts: ['1901', '2155', '2000', '0'] },
  {
    type: 'date',
    values: [
      "'0000-00-00'",
      "'2020-00-00'",
      "'2020-02-00'",
      "'0001-01-01'",
      "'9999-12-31'",
      "'2024-02-29'",
      "'0000-01-01'",
    ],
  },
  {
    type: 'datetime',
    values: ["'0000-00-00 00:00:00'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'2020-00-00 12:34:56'"],
  },
  {
    type: 'datetime(6)',
    values: ["'2020-02-29 23:59:59.999999'", "'0000-00-00 00:00:00.5'", "'2020-01-01 00:00:00.000001'"],
  },
  {
    type: 'timestamp null',
    values: ["'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"],
    texts: undefined,
  },
  {
    type: 'timestamp(3) null',
    values: ["'2024-03-31 02:30:00.125'", "'2038-01-19 03:14:07.999'"],
    texts: ['2024-03-31 02:30:00.125+00', '2038-01-19 03:14:07.999+00'],
  },
  { type: 'time', values: ["'-838:59:59'", "'838:59:59'", "'00:00:00'", "'24:00:00'", "'-00:00:01'"] },
  { type: 'time(6)', values: ["'23:59:59.999999'", "'-12:00:00.000001'", "'100:00:00.5'"] },
  { type: 'char(10)', values: ["'a'", "''", "'한국어 😀'"], texts: ['a', '', '한국어 😀'] },
  {
    type: 'varchar(40)',
    values: ["''", "'tab\\tnl\\nbs\\\\cr\\rnul\\0q\\'dq\"end'", "'trailing  '", "'\\\\N'"],
    texts: ['', 'tab\tnl\nbs\\cr\rnul\0q\'dq"end', 'trailing  ', '\\N'],
  },
  { type: 'varchar(40) character set latin1', values: ["'äöü€ß'", "''", "'\\\\ \\t'"], texts: ['äöü€ß', '', '\\ \t'] },
  { type: 'varchar(40) character set gbk', values: ["'中文測試'", "'a\\tb'"], texts: ['中文測試', 'a\tb'] },
  { type: 'varchar(40) character set sjis', values: ["'ソ表'"], texts: ['ソ表'] },
  { type: 'varchar(40) character set utf16', values: ["'a😀'"], texts: ['a😀'] },
  { type: 'varchar(40) character set ucs2', values: ["'한글'"], texts: ['한글'] },
  { type: 'varchar(40) character set utf8mb3', values: ["'한글 é'"], texts: ['한글 é'] },
  { type: 'varchar(40) character set ascii', values: ["'plain'"], texts: ['plain'] },
  { type: 'varchar(40) character set koi8r', values: ["'Привет'"], texts: ['Привет'] },
  { type: 'tinytext', values: ["repeat('x', 255)"] },
  { type: 'text', values: ["repeat('가', 20000)"] },
  { type: 'mediumtext', values: ["repeat('\\\\\\t', 50000)"] },
  { type: 'longtext', values: ["repeat('ab\\n', 100000)"] },
  { type: 'binary(4)', values: ["x'00ff0a09'", "x'5c'"], texts: ['00ff0a09', '5c000000'] },
  {
    type: 'varbinary(300)',
    values: ["x''", "x'5c4e'", "unhex('00ff5c0a09270d1ae4b8')"],
    texts: ['', '5c4e', '00ff5c0a09270d1ae4b8'],
  },
  { type: 'tinyblob', values: ["x'00'"] },
  { type: 'blob', values: ["repeat(x'00ff5c0a', 10000)"] },
  { type: 'longblob', values: ["repeat(x'e4b809', 200000)"] },
  {
    type: "enum('z','a','it''s','b\\\\c','완료','')",
    values: ["'z'", "'it\\'s'", "'b\\\\c'", "'완료'", "''"],
    texts: ['z', "it's", 'b\\c', '완료', ''],
  },
  { type: "enum('ä','b') character set latin1", values: ["'ä'"], texts: ['ä'] },
  { type: "set('x','y','가')", values: ["''", "'x,가'", "'y'"], texts: ['', 'x,가', 'y'] },
  {
    type: 'json',
    values: ['\'{"b": 1, "a": [1.5, "한\\\\u00e9"]}\'', "'null'"],
    texts: ['{"b": 1, "a": [1.5, "한\\u00e9"]}', 'null'],
  },
  {
    type: 'uuid',
    values: ["'0190b6e8-7d3a-7cc1-8f2e-3a1b5c7d9e01'", "'00000000-0000-0000-0000-000000000000'"],
    texts: ['0190b6e8-7d3a-7cc1-8f2e-3a1b5c7d9e01', '00000000-0000-0000-0000-000000000000'],
  },
  { type: 'inet6', values: ["'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:192.0.2.128'"] },
  { type: 'inet4', values: ["'192.168.0.1'"], texts: ['192.168.0.1'] },
  {
    type: 'geometry',
    values: [
      "ST_GeomFromText('POINT(1 2)')",
      "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))', 4326)",
      "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 3857)",
    ],
    texts: ['0101000000000000000000f03f0000000000000040'],
  },
  { type: 'point', values: ["ST_GeomFromText('POINT(-0.5 1e300)', 4326)"] },
]

const name = (i: number) => `t${i}`
const columnSql = (c: Case) => (c.type.endsWith(' null') ? c.type : `${c.type} null`)

/** What the server itself says of a table's rows: text, length and bytes of every value. */
async function serverSays(url: string, i: number): Promise<unknown> {
  const connection = await mysql2.createConnection({
    uri: url,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  })
  try {
    await connection.query("SET NAMES utf8mb4, time_zone = '+00:00'")
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT id, v IS NULL AS n, HEX(v) AS h, CONCAT(v, '') AS t, LENGTH(v) AS l FROM ${name(i)} ORDER BY id`,
    )
    return rows
  } finally {
    await connection.end()
  }
}

/** Types and values that MariaDB alone knows: degrees beyond 180, a JSON that keeps its words. */
const MARIADB = /^(uuid|inet[46]|point|json)$/

/** Without what the tests' server does not have. */
async function casesHere(): Promise<(readonly [number, (typeof CASES)[number]])[]> {
  const mariadb = await onMariadb()
  return [...CASES.entries()].filter(([, c]) => mariadb || !MARIADB.test(c.type))
}

describe.each(['?load=bulk', '?load=load', '?load=insert', '?local-infile=0'])('values copied with %s', (params) => {
  it('are what the server says they were', async () => {
    await using a = await freshDatabase('mysql')
    await using b = await freshDatabase('mysql')
    await using from = await mysql.open(mysql.parse(a.url), { role: 'source' })
    await using to = await mysql.open(mysql.parse(b.url + params), { role: 'target' })
    await from.execute("SET SESSION TRANSACTION READ WRITE; SET sql_mode = ''")
    const cases = await casesHere()
    for (const [i, c] of cases) {
      await from.execute(`CREATE TABLE ${name(i)} (id int PRIMARY KEY, v ${columnSql(c)}) CHARACTER SET utf8mb4`)
      const rows = ['NULL', ...c.values].map((v, n) => `(${n}, ${v})`)
      await from.execute(`INSERT INTO ${name(i)} VALUES ${rows.join(', ')}`)
    }
    const schema = await from.inspect()
    await buildTables(to, schema)
    await to.ledger().prepare()
    for (const table of schema.tables) await copyTable(from, to, table, table.columns)
    await finishTables(to, schema)
    for (const [i, c] of cases) expect(await serverSays(b.url, i), c.type).toEqual(await serverSays(a.url, i))
  })
})

it('values have the canonical text that their type promises', async () => {
  await using a = await freshDatabase('mysql')
  await using db = await mysql.open(mysql.parse(a.url), { role: 'target' })
  await db.execute("SET sql_mode = ''")
  for (const [i, c] of await casesHere()) {
    if (c.texts === undefined) continue
    await db.execute(`CREATE TABLE ${name(i)} (id int PRIMARY KEY, v ${columnSql(c)}) CHARACTER SET utf8mb4`)
    await db.execute(`INSERT INTO ${name(i)} VALUES ${c.values.map((v, n) => `(${n}, ${v})`).join(', ')}`)
  }
  for (const table of (await db.inspect()).tables) {
    const c = CASES[Number(table.name.name.slice(1))]
    const columns = wireColumns(db, table.columns)
    const text = decoder(columns[1].wire)
    const found: string[] = []
    for await (const batch of db
      .source(table, columns, { key: ['id'] })
      .read({ kind: 'key', after: null, upto: null }, { bytes: 1 << 20, rows: 100 })) {
      expect(batch.rejects).toEqual([])
      for (const at of rowOffsets(batch.bytes, batch.rows).subarray(0, batch.rows)) {
        const field = rowFields(batch.bytes, at)[1]
        found.push(field === null ? 'NULL' : text(field, 0, field.length))
      }
      batch.release()
    }
    const wanted = c.texts ?? []
    expect(found.slice(0, wanted.length), c.type).toEqual(wanted)
  }
})
