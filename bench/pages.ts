/** The benchmark of pages: a table read by keyset, as naru reads it, beside LIMIT … OFFSET, as scripts do it. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { Table } from '../src/core/schema.ts'
import { engineFor } from '../src/engines/index.ts'
import { dedicatedServer } from '../test/harness/servers.ts'
import { median } from './measure.ts'

/** Rows of a page. */
const PAGE = 10_000
/** Pages at each place by keyset; the median of them counts. All pages are read. */
const NEAR = 20
/** Times that a page is asked for by OFFSET at each place. */
const TRIES = 3
/** Where pages are looked at, as parts of the table. */
const PLACES = [0, 0.25, 0.5, 0.75, 1] as const

const COLUMNS = 'id bigint PRIMARY KEY, name varchar(40) NOT NULL, price integer NOT NULL, made timestamp NOT NULL'
const FILL = {
  mysql: (rows: number) =>
    `INSERT INTO item SELECT seq * 3, concat('item ', seq), seq % 1000, '2020-01-01' + INTERVAL seq % 1000000 SECOND FROM seq_1_to_${rows}; ANALYZE TABLE item`,
  postgres: (rows: number) =>
    `INSERT INTO item SELECT i * 3, 'item ' || i, i % 1000, timestamp '2020-01-01' + i % 1000000 * interval '1 second' FROM generate_series(1, ${rows}) i; ANALYZE item`,
} as const

type Kind = keyof typeof FILL

interface Client {
  run(sql: string): Promise<unknown>
  rows(sql: string): Promise<number>
  end(): Promise<void>
}

async function clientOf(kind: Kind, url: string): Promise<Client> {
  if (kind === 'mysql') {
    const db = await mysql.createConnection({ uri: url, multipleStatements: true })
    return {
      run: (sql) => db.query(sql),
      rows: async (sql) => ((await db.query(sql))[0] as unknown[]).length,
      end: () => db.end(),
    }
  }
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  return { run: (sql) => db.query(sql), rows: async (sql) => (await db.query(sql)).rows.length, end: () => db.end() }
}

/** Milliseconds of each page, in key order, and of finding where pages begin. */
async function byKeyset(url: string, expected: number): Promise<{ pages: number[]; cut: number }> {
  const engine = await engineFor(url.slice(0, url.indexOf(':')))
  const db = await engine.open(engine.parse(url), { role: 'source' })
  try {
    const table = (await db.inspect()).tables.find((t) => t.name.name === 'item') as Table
    const wire = (column: Table['columns'][number]) => engine.dialect.wire(column.type)
    const columns = table.columns.map((column) => ({ name: column.name, column, wire: wire(column) }))
    const source = db.source(table, columns, { key: ['id'] })
    const began = performance.now()
    const ranges = await source.split({ rows: PAGE })
    const cut = performance.now() - began
    const pages: number[] = []
    let rows = 0
    for (const range of ranges) {
      const from = performance.now()
      for await (const batch of source.read(range, { bytes: 4 << 20, rows: PAGE })) {
        rows += batch.rows
        batch.release()
      }
      pages.push(performance.now() - from)
    }
    if (rows !== expected) throw new Error(`${rows} rows came of ${expected}`)
    return { pages, cut }
  } finally {
    await db.close()
  }
}

/** The median of pages around a place. */
function near(pages: readonly number[], place: number): number {
  const from = Math.round((pages.length - NEAR) * place)
  return median(pages.slice(Math.max(0, from), Math.max(0, from) + NEAR))
}

async function byOffset(client: Client, offset: number): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < TRIES; i++) {
    const began = performance.now()
    const found = await client.rows(`SELECT * FROM item ORDER BY id LIMIT ${PAGE} OFFSET ${offset}`)
    times.push(performance.now() - began)
    if (found !== PAGE) throw new Error(`a page of ${found} rows at ${offset}`)
  }
  return median(times)
}

const cells = (what: string, times: readonly number[]) =>
  `  ${what.padEnd(26)}${times.map((ms) => `${ms.toFixed(1)} ms`.padStart(12)).join('')}`

async function benchKind(kind: Kind, rows: number): Promise<void> {
  await using server = await dedicatedServer(kind)
  const admin = await clientOf(kind, server.url)
  await admin.run('CREATE DATABASE bench_pages')
  await admin.end()
  const url = server.url.replace(/[^/]*$/, 'bench_pages')
  const client = await clientOf(kind, url)
  try {
    await client.run(`CREATE TABLE item (${COLUMNS})`)
    await client.run(FILL[kind](rows))
    const { pages, cut } = await byKeyset(url, rows)
    const offsets: number[] = []
    for (const place of PLACES) offsets.push(await byOffset(client, Math.round((rows - PAGE) * place)))
    const all = pages.reduce((n, ms) => n + ms, cut) / 1000
    // Between two places the time of a page grows as the rows that are thrown away.
    const steps = offsets.slice(1).map((ms, i) => ((ms + offsets[i]) / 2) * (rows / PAGE) * (PLACES[i + 1] - PLACES[i]))
    const foretold = steps.reduce((n, ms) => n + ms, 0) / 1000
    const places = ['begin', '25 %', 'middle', '75 %', 'end'].map((name) => name.padStart(12)).join('')
    const name = { mysql: 'MariaDB', postgres: 'PostgreSQL' }[kind]
    const size = `${name}, ${rows.toLocaleString('en')} rows`
    console.log(`${size.padEnd(28)}${places}`)
    console.log(
      cells(
        'keyset, naru’s reader',
        PLACES.map((place) => near(pages, place)),
      ),
    )
    console.log(cells('LIMIT … OFFSET', offsets))
    console.log(
      `  all ${pages.length.toLocaleString('en')} pages: ${all.toFixed(1)} s by keyset, ${(cut / 1000).toFixed(1)} s of them to cut the table; about ${foretold.toFixed(0)} s by OFFSET`,
    )
  } finally {
    await client.end()
  }
}

/** Prints milliseconds a page at the begin, the middle and the end of a table, on each server. */
export async function benchPages(o: { readonly rows: number }): Promise<void> {
  console.log(`pages of ${PAGE.toLocaleString('en')} rows`)
  for (const kind of ['mysql', 'postgres'] as const) await benchKind(kind, o.rows)
}
