/** The codec against a real PostgreSQL: its binary COPY and its text output are the truth for every type of the wire form. */
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asciiWriter, decoder } from '../../src/core/decode.ts'
import { encoder } from '../../src/core/encode.ts'
import { rowFields, skipRow, type WireType } from '../../src/core/wire.ts'
import { ByteWriter } from '../../src/core/writer.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { CORPUS, type CorpusType } from './codec-corpus.ts'

let database: FreshDatabase
let client: pg.Client

beforeAll(async () => {
  database = await freshDatabase('postgres')
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(
    `SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'hex';
     CREATE TEMP TABLE corpus (i int, t text)`,
  )
})

afterAll(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

/** One field per row of a query with one column, as the server's binary COPY gives it. */
async function binary(query: string): Promise<(Uint8Array | null)[]> {
  const parts: Buffer[] = []
  await pipeline(client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`)), async (chunks) => {
    for await (const chunk of chunks) parts.push(chunk as Buffer)
  })
  const bytes = Buffer.concat(parts)
  const fields: (Uint8Array | null)[] = []
  for (let at = 19; bytes.readInt16BE(at) !== -1; at = skipRow(bytes, at)) fields.push(rowFields(bytes, at)[0])
  return fields
}

async function load(texts: readonly string[]): Promise<void> {
  await client.query('TRUNCATE corpus')
  await client.query('INSERT INTO corpus SELECT i, t FROM unnest($1::text[]) WITH ORDINALITY u(t, i)', [texts])
}

async function shown(query: string): Promise<string[]> {
  const asSent = { getTypeParser: () => String }
  return (await client.query<{ v: string }>({ text: query, types: asSent })).rows.map((row) => row.v)
}

/** What the canonical text is, from the text that PostgreSQL prints. */
function canonical(wire: WireType, text: string): string {
  switch (wire.kind) {
    case 'bool':
      return text === 't' ? '1' : '0'
    case 'float4':
    case 'float8':
      return text === '-0' ? text : String(Number(text))
    case 'bytea':
      return text.slice(2)
    case 'timetz':
      return /[+-]\d\d$/.test(text) ? `${text}:00` : text
    default:
      return text
  }
}

function encoded(wire: WireType, text: string): Buffer {
  const w = new ByteWriter(16)
  encoder(wire)(w, text)
  expect(w.bytes.readInt32BE(0)).toBe(w.at - 4)
  return w.bytes.subarray(4, w.at)
}

function ascii(wire: WireType, field: Uint8Array): Buffer {
  const w = new ByteWriter(1)
  asciiWriter(wire)(w, field, 0, field.length)
  return w.bytes.subarray(0, w.at)
}

describe.each(CORPUS)('$sql', ({ sql, wire, texts }: CorpusType) => {
  test('decodes to what PostgreSQL prints, and encodes to the same bytes', async () => {
    await load(texts)
    const fields = await binary(`SELECT t::${sql} FROM corpus ORDER BY i`)
    const expected = await shown(`SELECT t::${sql} AS v FROM corpus ORDER BY i`)
    expect(fields.length).toBe(texts.length)
    for (const [i, field] of fields.entries()) {
      const text = canonical(wire, expected[i])
      const label = text.slice(0, 80)
      const decoded = decoder(wire)(field!, 0, field!.length)
      expect(decoded === text, `${decoded.slice(0, 80)} is ${label}`).toBe(true)
      expect(encoded(wire, text).equals(field!), `bytes of ${label}`).toBe(true)
      const raw = wire.kind === 'bytea' ? Buffer.from(text, 'hex') : Buffer.from(text)
      expect(ascii(wire, field!).equals(raw), `ascii of ${label}`).toBe(true)
    }
  })

  test('as arrays, with NULL, two dimensions and none', async () => {
    const some = texts.filter((t) => t.length < 1000).slice(0, 60)
    await load(some)
    const arrays = [
      `array_agg(t::${sql} ORDER BY i)`,
      `array_agg(nullif(t, (SELECT t FROM corpus ORDER BY i LIMIT 1))::${sql} ORDER BY i)`,
      `array[array_agg(t::${sql} ORDER BY i), array_agg(t::${sql} ORDER BY i DESC)]`,
      `'{}'::${sql}[]`,
    ]
    const of = decoder(wire)
    for (const array of arrays) {
      const [field] = await binary(`SELECT ${array} FROM corpus`)
      const text = decoder({ kind: 'array', of: wire })(field!, 0, field!.length)
      expect(encoded({ kind: 'array', of: wire }, text).equals(field!), array).toBe(true)
      expect(ascii({ kind: 'array', of: wire }, field!).toString()).toBe(text)
    }
    const plain = await binary(`SELECT t::${sql} FROM corpus ORDER BY i`)
    const [field] = await binary(`SELECT ${arrays[0]} FROM corpus`)
    const text = decoder({ kind: 'array', of: wire })(field!, 0, field!.length)
    expect(JSON.parse(text)).toEqual(plain.map((one) => of(one!, 0, one!.length)))
  })
})
