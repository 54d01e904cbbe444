/** What a folder holds in each of its forms, read back and looked at with other readers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/harness/database.ts'
import { decoder } from '../../core/decode.ts'
import { encoder } from '../../core/encode.ts'
import type { CellReject, Database, WireColumn } from '../../core/engine.ts'
import type { KeyRange } from '../../core/key.ts'
import { type LogicalType, plainTable, type Table } from '../../core/schema.ts'
import { rowFields, rowOffsets } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { csv } from './index.ts'
import { typeName } from './types.ts'

type Row = readonly (string | null)[]

const COLUMNS: Readonly<Record<string, LogicalType>> = {
  id: { kind: 'int', bits: 32 },
  'big "n"': { kind: 'int', bits: 64 },
  d: { kind: 'decimal' },
  f: { kind: 'float', bits: 64 },
  on: { kind: 'bool' },
  글: { kind: 'text' },
  b: { kind: 'bytes' },
  j: { kind: 'json' },
  a: { kind: 'array', of: { kind: 'text' } },
  at: { kind: 'timestamp', fraction: 6, zone: true },
}

const column = ([name, logical]: [string, LogicalType]) => ({
  name,
  type: { logical, native: typeName(logical) },
  nullable: true,
})
const TABLE = plainTable({ name: 'ta/ble' }, Object.entries(COLUMNS).map(column))
const WIRES: WireColumn[] = TABLE.columns.map((c) => ({ name: c.name, column: c, wire: csv.dialect.wire(c.type) }))

const [BIG, LONG] = ['9223372036854775807', '123456789012345678901234567890.123456789']
const AT = '2024-02-29 01:02:03.000004+00'
const ROWS: readonly Row[] = [
  ['1', BIG, LONG, '1e+300', 'true', 'plain', '00ff', '{"a": 12345678901234567890}', '["x",null,"a,b\\"{}"]', AT],
  ['2', '-5', '-0.10', 'NaN', 'false', '', '', 'null', '[]', AT],
  ['3', null, null, null, null, null, null, null, null, null],
  ['4', '0', '1', '-Infinity', 'true', '=1+1', '2d', '{"$text": 1}', '["null","NULL",""]', AT],
  ['5', '1', '2', '0.1', 'true', '-2;"q"\r\n|\t', null, '[\n1\r\n]', null, AT],
  ['6', '1', '2', '0.1', 'true', '\\.', null, '"text"', '["\\\\"]', AT],
  ['7', '1', '2', '0.1', 'true', "'=x", null, '1', null, AT],
  ['8', '1', '2', '0.1', 'true', '00123456789012345678', null, '{}', null, AT],
  ['9', '1', '2', '0.1', 'true', '="1"', null, '{}', null, AT],
  ['10', '1', '2', '0.1', 'true', '👩‍🚀 السلام \u0000\u001f', null, '{"k":"\\ud83d\\ude00"}', null, AT],
  ['11', '1', '2', '0.1', 'true', '\\N', null, '{}', null, AT],
]

/** Booleans are 1 and 0 to the encoder. */
function encode(w: ByteWriter, value: string, i: number): void {
  encoder(WIRES[i].wire)(w, WIRES[i].wire.kind === 'bool' ? (value === 'true' ? '1' : '0') : value)
}

async function folder() {
  const place = await freshDatabase('csv')
  const path = place.url.slice('csv:'.length)
  const open = (role: 'source' | 'target', scheme: string, parameters = '') =>
    csv.open(csv.parse(`${scheme}:${path}${parameters}`), { role })
  return { path, open, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() }
}

async function write(db: Database, rows: readonly Row[]): Promise<void> {
  for (const step of csv.dialect.ddl.table(TABLE)) await db.execute(step.sql)
  await using sink = await db.sink(TABLE, WIRES, { existing: false })
  const w = new ByteWriter(64)
  for (const row of rows) {
    w.int16(row.length)
    for (const [i, value] of row.entries()) {
      if (value === null) w.null()
      else encode(w, value, i)
    }
  }
  const mark = {
    run: 'r',
    unit: '0.0',
    seq: 1,
    after: null,
    read: rows.length,
    written: rows.length,
    rejected: 0,
    filtered: 0,
    merged: 0,
  }
  await sink.begin()
  await sink.rows(w.bytes.subarray(0, w.at), rows.length, { savepoint: false })
  await sink.mark({ ...mark, digest: '', done: true }, [])
  await sink.commit()
  for (const step of csv.dialect.ddl.after(TABLE)) await db.execute(step.sql)
}

interface Read {
  readonly rows: readonly Row[]
  readonly rejects: readonly CellReject[]
  readonly types: readonly string[]
}

async function read(db: Database, name: string, range: KeyRange = { kind: 'all' }): Promise<Read> {
  const table = (await db.inspect()).tables.find((t) => t.name.name === name) as Table
  const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: csv.dialect.wire(c.type) }))
  const texts = columns.map((c) => decoder(c.wire))
  const rows: Row[] = []
  const rejects: CellReject[] = []
  const key = range.kind === 'key' ? [columns[0].name] : null
  for await (const batch of db.source(table, columns, { key }).read(range, { bytes: 4000, rows: 3 })) {
    for (const at of rowOffsets(batch.bytes, batch.rows).subarray(0, batch.rows))
      rows.push(rowFields(batch.bytes, at).map((f, i) => (f === null ? null : texts[i](f, 0, f.length))))
    rejects.push(...batch.rejects)
    batch.release()
  }
  return { rows, rejects, types: table.columns.map((c) => c.type.native) }
}

const EXPECTED = ROWS.map((row) => row.map((v, i) => (v === null ? null : encodedText(v, i))))

/** What a value's text is once it has been a wire field: `1e+300` as this engine spells it, arrays without blanks. */
function encodedText(value: string, i: number): string {
  const w = new ByteWriter(64)
  encode(w, value, i)
  return decoder(WIRES[i].wire)(w.bytes, 4, w.at)
}

describe('every value comes back from', () => {
  test.each([
    ['csv', ''],
    ['csv', '?gzip=1'],
    ['csv', "?delimiter=%3B&quote='&null=%5CN"],
    ['csv', '?delimiter=%5Cx01&header=no'],
    ['csv', '?delimiter=1&quote=-&null=2'],
    ['csv', '?dialect=postgres&gzip=1'],
    ['csv', '?dialect=excel&delimiter=;'],
    ['ndjson', ''],
    ['ndjson', '?gzip=1'],
  ])('%s:folder%s', async (scheme, parameters) => {
    await using place = await folder()
    await using target = await place.open('target', scheme, parameters)
    await write(target, ROWS)
    await using source = await place.open('source', scheme)
    expect(await read(source, 'ta/ble')).toMatchObject({ rows: EXPECTED, rejects: [] })
    const keyed = await read(source, 'ta/ble', { kind: 'key', after: [9n], upto: [10n] })
    expect(keyed.rows.map((r) => r[0])).toEqual(['10'])
  })
})

test('a plain reader of NDJSON sees types that lose nothing', async () => {
  await using place = await folder()
  await using target = await place.open('target', 'ndjson', '?gzip=1')
  await write(target, ROWS)
  const text = gunzipSync(readFileSync(join(place.path, 'ta%2Fble.ndjson.gz'))).toString('utf8')
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows[0]).toMatchObject({ id: 1, 'big "n"': BIG, d: LONG, f: 1e300, on: true, b: '\\x00ff' })
  expect(rows[0].a).toEqual(['x', null, 'a,b"{}'])
  expect(rows[1]).toMatchObject({ f: 'NaN', 글: '', b: '\\x', j: { $text: 'null' } })
  expect(
    Object.values(rows[2])
      .slice(1)
      .every((v) => v === null),
  ).toBe(true)
  expect(Object.keys(rows[2])).toEqual(Object.keys(COLUMNS))
})

test('a spreadsheet gets a byte order mark, CRLF, no formula and every digit', async () => {
  await using place = await folder()
  await using target = await place.open('target', 'csv', '?dialect=excel')
  await write(target, ROWS)
  const text = readFileSync(join(place.path, 'ta%2Fble.csv'), 'utf8')
  expect(text).toMatch(/^\ufeffid,.*\r\n1,/)
  const rows = parse(text, { bom: true, record_delimiter: '\r\n', columns: true }) as Record<string, string>[]
  expect(rows[0]['big "n"']).toBe(`="${BIG}"`)
  expect(rows[1]['big "n"']).toBe('-5')
  expect(rows.map((r) => r.글)).toContain("'=1+1")
  expect(rows.filter((r) => /^[=+\-@\t\r]/.test(r.글) && !/^="\d+"$/.test(r.글))).toEqual([])
})

describe('files of others', () => {
  const foreign = async (name: string, bytes: string | Buffer, parameters = '', scheme = 'csv') => {
    await using place = await folder()
    writeFileSync(join(place.path, name), bytes)
    await using db = await place.open('source', scheme, parameters)
    return await read(db, name.split('.')[0])
  }

  test('packed, with a header or none, under another quote', async () => {
    expect((await foreign('t.csv.gz', gzipSync('a;b\n1;x\n'))).rows).toEqual([['1', 'x']])
    const bare = await foreign('t.tsv', "1\t'x\ty'\n", '?header=no&quote=%27')
    expect(bare).toMatchObject({ rows: [['1', 'x\ty']], types: ['int64', 'text'] })
  })

  test('in other character sets, whose broken bytes are an error and never another letter', async () => {
    const korean = Buffer.from([0xc0, 0xcc, 0xb8, 0xa7, 0x0a, 0x94, 0xee, 0x0a]) // 이름, 뷁 beyond EUC-KR
    expect((await foreign('t.csv', korean, '?encoding=windows-949')).rows).toEqual([['뷁']])
    expect((await foreign('t.csv', Buffer.from('a\né\n', 'latin1'), '?encoding=latin1')).rows).toEqual([['é']])
    const utf16 = Buffer.from('\ufeffa,b\n가,😀\n', 'utf16le')
    expect((await foreign('t.csv', utf16)).rows).toEqual([['가', '😀']])
    await expect(foreign('t.csv', Buffer.from([0x61, 0x0a, 0xff, 0x0a]), '?encoding=euc-kr')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    })
  })

  test('NDJSON: keys in any order, missing ones NULL, numbers to their last digit, what is no object told', async () => {
    const lines = '{"a":1,"b":"007"}\n\n{"b":"x","c":{"k":[1]},"a":12345678901234567890.5}\nnonsense\n[1]\n{"a":1'
    const found = await foreign('t.jsonl', lines, '', 'ndjson')
    expect(found.types).toEqual(['decimal(21,1)', 'text', 'json'])
    expect(found.rows).toEqual([
      ['1.0', '007', null],
      ['12345678901234567890.5', 'x', '{"k":[1]}'],
    ])
    expect(found.rejects.map((r) => Number(r.key?.[0]))).toEqual([4, 5, 6])
  })

  test('a packed file that was cut off is an error', async () => {
    const whole = gzipSync('a\n1\n2\n')
    await expect(foreign('t.csv.gz', whole.subarray(0, whole.length - 6))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    })
  })
})

test.each([
  '?delimiter=ab',
  '?quote=%E2%82%AC',
  '?dialect=lotus',
  '?encoding=klingon',
  '?gzip=perhaps',
  '?colour=red',
  '?delimiter=x&quote=x',
])('refuses %s', (parameters) => {
  expect(() => csv.parse(`csv:folder${parameters}`)).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }))
})
