import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunks } from '../../../test/engines/commits.ts'
import { freshDatabase } from '../../../test/harness/database.ts'
import { decoder } from '../../core/decode.ts'
import type { CellReject, Database, WireColumn } from '../../core/engine.ts'
import type { KeyRange } from '../../core/key.ts'
import { type LogicalType, plainTable, type Table } from '../../core/schema.ts'
import { rowFields, rowOffsets } from '../../core/wire.ts'
import { encodeRows, markOf } from '../../testing/stage.ts'
import { fileName, tableName } from './folder.ts'
import { csv } from './index.ts'
import { parseType, typeName } from './types.ts'

type Row = readonly (string | null)[]

interface CsvFolder extends AsyncDisposable {
  readonly path: string
  write(name: string, text: string | Buffer): void
  read(name: string): string
  open(role: 'source' | 'target', parameters?: string): Promise<Database>
}

async function csvFolder(): Promise<CsvFolder> {
  const place = await freshDatabase('csv')
  const path = place.url.slice('csv:'.length)
  const opened: Database[] = []
  return {
    path,
    write: (name, text) => writeFileSync(join(path, name), text),
    read: (name) => readFileSync(join(path, name), 'utf8'),
    async open(role, parameters = '') {
      const db = await csv.open(csv.parse(place.url + parameters), { role })
      opened.push(db)
      return db
    },
    async [Symbol.asyncDispose]() {
      for (const db of opened) await db.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

function tableLike(name: string, columns: Readonly<Record<string, LogicalType>>): Table {
  const own = Object.entries(columns).map(([column, logical]) => ({
    name: column,
    type: { logical, native: typeName(logical) },
    nullable: true,
  }))
  return plainTable({ name }, own)
}

const wires = (table: Table): WireColumn[] =>
  table.columns.map((c) => ({ name: c.name, column: c, wire: csv.dialect.wire(c.type) }))

async function make(db: Database, table: Table): Promise<void> {
  for (const step of csv.dialect.ddl.table(table)) await db.execute(step.sql)
}

async function finish(db: Database, table: Table): Promise<void> {
  for (const step of csv.dialect.ddl.after(table)) await db.execute(step.sql)
}

async function writeRows(db: Database, table: Table, rows: readonly Row[], seq = 1): Promise<void> {
  await using sink = await db.sink(table, wires(table), { existing: false })
  await sink.begin()
  await sink.rows(encodeRows(wires(table), rows), rows.length, { savepoint: false })
  await sink.mark(markOf({ run: 'r', seq, written: rows.length }), [])
  await sink.commit()
}

async function readTable(
  db: Database,
  name: string,
  range: KeyRange = { kind: 'all' },
  more: Partial<Record<string, WireColumn['wire']>> = {},
) {
  const table = (await db.inspect()).tables.find((t) => t.name.name === name) as Table
  const columns = wires(table).map((c) => ({ ...c, wire: more[c.name] ?? c.wire }))
  const decoders = columns.map((c) => decoder(c.wire))
  const rows: Row[] = []
  const rejects: CellReject[] = []
  for await (const batch of db.source(table, columns, { key: null }).read(range, { bytes: 4000, rows: 100 })) {
    for (const at of rowOffsets(batch.bytes, batch.rows).subarray(0, batch.rows)) {
      rows.push(rowFields(batch.bytes, at).map((f, i) => (f === null ? null : decoders[i](f, 0, f.length))))
    }
    rejects.push(...batch.rejects)
    batch.release()
  }
  return { table, rows, rejects }
}

const types = (table: Table) => Object.fromEntries(table.columns.map((c) => [c.name, c.type.native]))

describe('what is written', () => {
  const TABLE = tableLike('t', {
    id: { kind: 'int', bits: 32 },
    s: { kind: 'text' },
    b: { kind: 'bytes' },
    f: { kind: 'bool' },
    j: { kind: 'json', binary: true },
    a: { kind: 'array', of: { kind: 'text' } },
  })

  test('is plain RFC 4180', async () => {
    await using folder = await csvFolder()
    const db = await folder.open('target')
    await make(db, TABLE)
    await writeRows(db, TABLE, [
      ['1', 'plain', '00ff', '1', '{"a":1}', '["x",null]'],
      ['2', '', '', '0', 'null', '[]'],
      ['3', null, null, null, null, null],
      ['4', 'a,"b"\r\nc\rd ', null, null, '"x"', null],
      ['5', '\ufeffbom', null, null, null, null],
    ])
    await finish(db, TABLE)
    expect(folder.read('t.csv')).toBe(
      'id,s,b,f,j,a\n1,plain,\\x00ff,true,"{""a"":1}","[""x"",null]"\n2,"",\\x,false,null,[]\n3,,,,,\n4,"a,""b""\r\nc\rd ",,,"""x""",\n5,"\ufeffbom",,,,\n',
    )
    expect(existsSync(join(folder.path, 't.csv.part'))).toBe(false)
  })

  test('comes back as it was, and an independent parser reads the same', async () => {
    const text = fc.option(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '"', '""', ',', '\n', '\r', '\r\n', 'a\0b', '😀', '\ufeff', "'", '\\N', 'NULL', ' '),
      ),
      { nil: null },
    )
    await using folder = await csvFolder()
    const db = await folder.open('target')
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 30 }), async (rows) => {
        const table = tableLike(`t${++runs}`, {
          a: { kind: 'text' },
          'b "c", d': { kind: 'text' },
          c: { kind: 'text' },
        })
        await make(db, table)
        await writeRows(db, table, rows, runs)
        await finish(db, table)
        expect((await readTable(await folder.open('source'), table.name.name)).rows).toEqual(rows)
        const parsed = parse(readFileSync(join(folder.path, `${table.name.name}.csv`)), {
          relax_column_count: false,
        }) as string[][]
        expect(parsed).toEqual([['a', 'b "c", d', 'c'], ...rows.map((r) => r.map((v) => v ?? ''))])
      }),
      { numRuns: 40 },
    )
  })

  test('a single column keeps NULL and empty text apart', async () => {
    await using folder = await csvFolder()
    const table = tableLike('one', { v: { kind: 'text' } })
    const db = await folder.open('target')
    await make(db, table)
    await writeRows(db, table, [[null], [''], ['x'], [null]])
    await finish(db, table)
    expect((await readTable(db, 'one')).rows).toEqual([[null], [''], ['x'], [null]])
  })

  test('the schema file gives types, keys and indexes back', async () => {
    await using folder = await csvFolder()
    const full: Table = {
      ...tableLike('t', {
        id: { kind: 'int', bits: 64 },
        price: { kind: 'decimal', precision: 12, scale: 2 },
        at: { kind: 'timestamp', fraction: 3, zone: true },
        kind: { kind: 'enum', values: ['a', "b'c"] },
      }),
      primaryKey: { name: 'pk', columns: ['id'] },
      indexes: [{ name: 'i', parts: [{ column: 'at', descending: true }], unique: false, method: 'btree' }],
      counter: { column: 'id', next: 2n ** 60n },
    }
    const db = await folder.open('target')
    await make(db, full)
    await writeRows(db, full, [['1', '1.50', '2024-01-01 00:00:00+00', "b'c"]])
    await finish(db, full)
    const { table, rows } = await readTable(await folder.open('source'), 't')
    expect(table).toEqual({ ...full, bytes: expect.any(Number) })
    expect(rows).toEqual([['1', '1.50', '2024-01-01 00:00:00+00', "b'c"]])
  })

  test('appending continues a finished file, whatever its delimiter and the order of its columns', async () => {
    await using folder = await csvFolder()
    folder.write('t.csv', 'b;a;c\nx;1;"y;z"')
    const db = await folder.open('target')
    const { table } = await readTable(db, 't')
    const reordered = { ...table, columns: [table.columns[1], table.columns[0]] }
    await writeRows(db, reordered, [['2', 'p;q']])
    expect(existsSync(join(folder.path, 't.csv'))).toBe(false)
    await finish(db, reordered)
    expect(folder.read('t.csv')).toBe('b;a;c\nx;1;"y;z"\n"p;q";2;\n')
  })

  test('drop and truncate', async () => {
    await using folder = await csvFolder()
    const db = await folder.open('target')
    await make(db, TABLE)
    await writeRows(db, TABLE, [['1', 'x', null, null, null, null]])
    await finish(db, TABLE)
    await db.execute(csv.dialect.ddl.truncate(TABLE.name))
    expect((await readTable(db, 't')).rows).toEqual([])
    expect(await db.query(csv.dialect.ddl.table(TABLE)[0].exists ?? '')).toHaveLength(1)
    await expect(make(db, TABLE)).rejects.toMatchObject({ code: 'TABLE_EXISTS' })
    await db.execute(csv.dialect.ddl.drop(TABLE.name))
    expect((await db.inspect()).tables).toEqual([])
    await make(db, TABLE)
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('files of others', () => {
  test.each([
    [',', 'id,name,note\n1,a,"x, y"\n2,b,z\n'],
    [';', '\ufeffid;name;note\r\n1;a;"x, y"\r\n2;b;z\r\n'],
    ['tab', 'id\tname\tnote\n1\ta\tx, y\n2\tb\tz'],
    ['|', '"id"|"name"|"note"\n1|a|x, y\n2|b|z\n\n'],
  ])('parted by %s', async (_, text) => {
    await using folder = await csvFolder()
    folder.write('t.csv', text)
    const { table, rows } = await readTable(await folder.open('source'), 't')
    expect(types(table)).toEqual({ id: 'int64', name: 'text', note: 'text' })
    expect(rows).toEqual([
      ['1', 'a', 'x, y'],
      ['2', 'b', 'z'],
    ])
  })

  test('types are taken from all values', async () => {
    await using folder = await csvFolder()
    const columns: Record<string, [string, string[]]> = {
      i: ['int64', ['1', '-5', '', '9223372036854775807']],
      big: ['decimal(20,0)', ['1', '18446744073709551615', '0', '0']],
      code: ['text', ['007', '1', '2', '3']],
      d: ['decimal(5,2)', ['1.5', '-123.25', '0', '']],
      f: ['float64', ['1.5', '1e10', '-2', '3']],
      b: ['bool', ['true', 'FALSE', '', 'true']],
      day: ['date', ['2024-02-29', '1999-12-31', '', '']],
      noday: ['text', ['2023-02-29', '1999-12-31', '', '']],
      at: ['timestamp(6)', ['2024-02-29 10:00:00', '2024-02-29T10:00', '', '']],
      tz: ['timestamptz(6)', ['2024-02-29 10:00:00Z', '2024-02-29T10:00:00+09:00', '', '']],
      t: ['time(6)', ['10:00:00', '23:59:59.5', '', '']],
      u: ['uuid', ['0190b6e8-7d3a-7cc1-8f2e-3a1b5c7d9e01', '', '', '']],
      j: ['json', ['"{""a"": [1]}"', '[]', '', '']],
      x: ['bytes', ['\\x00ff', '\\x', '', '']],
      empty: ['text', ['', '', '', '']],
      mixed: ['text', ['1', 'x', '2024-01-01', '']],
    }
    const names = Object.keys(columns)
    const lines = [0, 1, 2, 3].map((i) => names.map((n) => columns[n][1][i]).join(','))
    folder.write('t.csv', `${names.join(',')}\n${lines.join('\n')}\n`)
    const { table, rejects } = await readTable(await folder.open('source'), 't')
    expect(types(table)).toEqual(Object.fromEntries(names.map((n) => [n, columns[n][0]])))
    expect(rejects).toEqual([])
    expect(table.columns.filter((c) => !c.nullable).map((c) => c.name)).toEqual(['big', 'code', 'f'])
  })

  test('bad lines are named by their number and cost one line each', async () => {
    await using folder = await csvFolder()
    folder.write('t.csv', 'id,v\n1,"two\nlines"\n2\n3,"open\n4,x\n5,"a"b\n6,y,z\n7,"ok"\n')
    const { rows, rejects } = await readTable(await folder.open('source'), 't')
    expect(rows).toEqual([
      ['1', 'two\nlines'],
      ['4', 'x'],
      ['7', 'ok'],
    ])
    expect(rejects.map((r) => [r.key, r.reason])).toEqual([
      [[4n], 'line 4: 1 field instead of 2'],
      [[5n], expect.stringContaining('line 5: ')],
      [[7n], 'line 7: text follows a closing quote'],
      [[8n], 'line 8: 3 fields instead of 2'],
    ])
    expect(rejects[1].row).toEqual({ id: '3,"open', v: null })
  })

  test('values that are not of the described type are rejected with key, column and row', async () => {
    await using folder = await csvFolder()
    const table = tableLike('t', { id: { kind: 'int', bits: 16 }, day: { kind: 'date' } })
    const db = await folder.open('target')
    await make(db, table)
    await finish(db, table)
    appendFileSync(join(folder.path, 't.csv'), '1,2024-02-29\n99999,2024-01-01\n3,2023-02-29\n"",2024-01-01\n')
    const { rows, rejects } = await readTable(await folder.open('source'), 't')
    expect(rows).toEqual([['1', '2024-02-29']])
    expect(rejects.map((r) => [String(r.key), r.column, r.row.id])).toEqual([
      ['3', 'id', '99999'],
      ['4', 'day', '3'],
      ['5', 'id', ''],
    ])
  })

  test('invalid UTF-8 is told, UTF-16 told by its mark, doubled and missing names mended', async () => {
    await using folder = await csvFolder()
    folder.write('a.csv', Buffer.from([...Buffer.from('x,x,\n'), 0x61, 0xff, ...Buffer.from(',1,2\nb,3,4\n')]))
    const read = await readTable(await folder.open('source'), 'a')
    expect(read.table.columns.map((c) => c.name)).toEqual(['x', 'x_2', 'column_3'])
    expect(read.rows).toEqual([['b', '3', '4']])
    expect(read.rejects[0].reason).toContain('61ff')
    folder.write('b.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'))
    expect((await readTable(await folder.open('source'), 'b')).rows).toEqual([['1', '2']])
  })

  test('?null= and ?delimiter= say what a file uses', async () => {
    await using folder = await csvFolder()
    folder.write('t.csv', 'a|b,c\n\\N|x\n1|\\N\n')
    const { table, rows } = await readTable(await folder.open('source', '?null=%5CN&delimiter=|'), 't')
    expect(types(table)).toEqual({ a: 'int64', 'b,c': 'text' })
    expect(rows).toEqual([
      [null, 'x'],
      ['1', null],
    ])
    expect(() => csv.parse('csv:x?delimiter=xx')).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }))
  })

  test('ranges cut at records, also inside quotes of many lines', async () => {
    await using folder = await csvFolder()
    const rows = Array.from({ length: 300 }, (_, i) => `${i},"line\nand ""${i}""\n,more"`)
    folder.write('t.csv', `id,v\n${rows.join('\n')}\n`)
    const db = await folder.open('source')
    const { table, rows: all } = await readTable(db, 't')
    const ranges = await db.source(table, wires(table), { key: null }).split({ rows: 40 })
    expect(ranges).toHaveLength(8)
    const parts: Row[] = []
    for (const range of ranges) parts.push(...(await readTable(db, 't', range)).rows)
    expect(parts).toEqual(all)
    expect(all).toHaveLength(300)
    const bad = await readTable(db, 't', ranges[3], { v: { kind: 'int4' } })
    expect(bad.rejects[0].key).toEqual([BigInt(2 + 120 * 3)])
  })

  test('a field over many pieces of the file', async () => {
    await using folder = await csvFolder()
    const long = 'x"y\n'.repeat(1_000_000)
    folder.write('t.csv', `a,b\n1,"${long.replaceAll('"', '""')}"\n2,z\n`)
    const { rows } = await readTable(await folder.open('source'), 't')
    expect(rows[0][1] === long).toBe(true)
    expect(rows[1]).toEqual(['2', 'z'])
  })
})

describe('a killed process', () => {
  const script = join(import.meta.dirname, '../../../test/engines/csv-writer.ts')

  test.each(['', '?gzip=1'])('leaves exactly the rows of its marks %s', async (parameters) => {
    await using folder = await csvFolder()
    const table = tableLike('t', { id: { kind: 'int', bits: 32 }, v: { kind: 'text' } })
    await make(await folder.open('target', parameters), table)
    let before = 0
    for (let kill = 0; kill < 3; kill++) {
      const child = spawn(process.execPath, [script, folder.path + parameters], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
      await chunks(child, 3)
      await sleep(Math.random() * 60)
      child.kill('SIGKILL')
      expect(await gone).toBe('SIGKILL')
      const db = await folder.open('target', parameters)
      const marks = await db.ledger().marks('r')
      const { rows, rejects } = await readTable(db, 't')
      expect(rejects).toEqual([])
      expect(rows.map((r) => Number(r[0]))).toEqual(Array.from({ length: marks.length * 500 }, (_, i) => i + 1))
      expect(marks.length).toBeGreaterThan(before)
      before = marks.length
    }
    await finish(await folder.open('target', parameters), table)
    expect((await readTable(await folder.open('source'), 't')).rows).toHaveLength(before * 500)
  })

  test('a torn line of the ledger and rows beyond the last mark are as if they had never been', async () => {
    await using folder = await csvFolder()
    const table = tableLike('t', { id: { kind: 'int', bits: 32 } })
    const db = await folder.open('target')
    await make(db, table)
    await writeRows(db, table, [['1'], ['2']])
    appendFileSync(join(folder.path, 't.csv.part'), '3\n4')
    appendFileSync(join(folder.path, 'naru-ledger.ndjson'), '{"mark":{"run":"r","unit":"0.0","seq":2')
    const again = await folder.open('target')
    expect((await readTable(again, 't')).rows).toEqual([['1'], ['2']])
    expect(await again.ledger().marks('r')).toHaveLength(1)
    await writeRows(again, table, [['5']], 2)
    await finish(again, table)
    expect(folder.read('t.csv')).toBe('id\n1\n2\n5\n')
    expect(
      folder
        .read('naru-ledger.ndjson')
        .trimEnd()
        .split('\n')
        .every((line) => JSON.parse(line)),
    ).toBe(true)
  })
})

describe('names', () => {
  test('of files are safe and lead back to the table', () => {
    for (const name of ['users', 'a/b\\c', '..', '.hidden', 'CON: "x" <y>|?*', '100%', '한글 🚢', 'dot.', 'x\n']) {
      expect(tableName(fileName(name)), name).toBe(name)
      expect(fileName(name)).not.toMatch(/[/\\:*?"<>|\n]|^\./)
    }
  })

  test('of types lead back to their meaning', () => {
    const meanings: LogicalType[] = [
      { kind: 'int', bits: 24, unsigned: true },
      { kind: 'decimal', precision: 10, scale: 2 },
      { kind: 'decimal' },
      { kind: 'float', bits: 32 },
      { kind: 'text', max: 10, fixed: true },
      { kind: 'bytes', max: 16 },
      { kind: 'bits', length: 8, varying: true },
      { kind: 'time', fraction: 3, zone: true },
      { kind: 'timestamp', fraction: 0, zone: false },
      { kind: 'enum', values: ['a', 'b,"c"]'] },
      { kind: 'array', of: { kind: 'timestamp', fraction: 6, zone: true } },
      { kind: 'opaque', native: 'int4range' },
      { kind: 'json', binary: true },
    ]
    for (const logical of meanings) expect(parseType(typeName(logical)).logical).toEqual(logical)
  })
})

test('a folder that is not there, and one that is a file', async () => {
  await using folder = await csvFolder()
  folder.write('file', 'x')
  const open = (name: string, role: 'source' | 'target') =>
    csv.open(csv.parse(`csv:${join(folder.path, name)}`), { role })
  await expect(open('none', 'source')).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  await expect(open('file', 'source')).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
  const target = await open('new/one', 'target')
  expect((await target.inspect()).tables).toEqual([])
  expect(await target.ledger().runs()).toEqual([])
  expect(readdirSync(folder.path)).toEqual(['file'])
})
