/** write: rows and mark are atomic; a mark out of order is refused; a refused row harms nothing else; cruel names work. */
import assert from 'node:assert/strict'
import type { Database, RowSink, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Mark } from '../core/ledger.ts'
import type { Table } from '../core/schema.ts'
import { stage } from './place.ts'
import {
  asSet,
  build,
  encodeRows,
  fill,
  markOf,
  readTexts,
  type TextRow,
  table,
  wireColumns,
  writeChunk,
} from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function writeSuite({ describe, it }: Runner, subject: Subject): void {
  describe('write', () => {
    it('stores rows and mark together', () => checkTogether(subject))
    it('keeps neither after a rollback', () => checkRollback(subject))
    it('keeps neither when the connection goes in the middle', () => checkLostConnection(subject))
    it('refuses a mark out of order', () => checkOrder(subject))
    it('takes rows in several calls and keeps a refusal to itself', () => checkRefusal(subject))
    it('refuses NULL where none is allowed', () => checkNotNull(subject))
    it('keeps rejects with their chunk', () => checkRejects(subject))
    for (const name of CRUEL) it(`writes and reads a table called ${name}`, () => checkName(subject, name))
    it('takes an emoji in a name or refuses it', () => checkEmojiName(subject))
  })
}

const COLUMNS = [
  { name: 'id', type: { kind: 'int', bits: 32 } },
  { name: 'v', type: { kind: 'text', max: 50 }, nullable: false },
] as const

interface Writing {
  readonly db: Database
  readonly of: Table
  readonly columns: WireColumn[]
  readonly sink: RowSink
  another(): Promise<Database>
}

async function writing(subject: Subject, work: (w: Writing) => Promise<void>): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'rows', COLUMNS, { key: ['id'] })
  await build(db, of)
  await db.ledger().prepare()
  const columns = wireColumns(db, of)
  await using sink = await db.sink(of, columns, { existing: false })
  await work({ db, of, columns, sink, another: place.another })
}

const ROWS: readonly TextRow[] = [
  ['1', 'one'],
  ['2', 'two'],
]

async function stored(w: Writing): Promise<{ rows: TextRow[]; marks: Mark[] }> {
  return { rows: await readTexts(w.db, w.of), marks: await w.db.ledger().marks('run') }
}

function isCode(...codes: string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NaruError, `a NaruError, not ${error}`)
    assert.ok(codes.includes(error.code), `${codes.join(' or ')}, not ${error.code}: ${error.message}`)
    return true
  }
}

function checkTogether(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    const first = markOf({ after: [2n], read: 2, written: 2, digest: 'abc' })
    await writeChunk(w.sink, w.columns, ROWS, first)
    const counts = { read: 9, written: 1, rejected: 1, filtered: 3, merged: 4 }
    const second = markOf({ seq: 2, after: [3n], ...counts, digest: 'def', done: true })
    await writeChunk(w.sink, w.columns, [['3', 'three']], second)
    const now = await stored(w)
    assert.deepEqual(now.rows, [...ROWS, ['3', 'three']])
    assert.deepEqual(now.marks, [first, second])
  })
}

function checkRollback(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    if (!w.sink.atomic) return
    await w.sink.begin()
    await w.sink.rows(encodeRows(w.columns, ROWS), ROWS.length, { savepoint: false })
    await w.sink.mark(markOf(), [])
    await w.sink.rollback()
    assert.deepEqual(await stored(w), { rows: [], marks: [] })
    await writeChunk(w.sink, w.columns, ROWS, markOf())
    assert.equal((await stored(w)).rows.length, 2, 'the sink goes on after a rollback')
  })
}

function checkLostConnection(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    if (w.db.can.inProcess || !w.sink.atomic) return
    const other = await w.another()
    const sink = await other.sink(w.of, w.columns, { existing: false })
    await sink.begin()
    await sink.rows(encodeRows(w.columns, ROWS), ROWS.length, { savepoint: false })
    await sink.mark(markOf(), [])
    await other.close()
    assert.deepEqual(await stored(w), { rows: [], marks: [] })
  })
}

function checkOrder(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    const refused = isCode('MARK_OUT_OF_ORDER')
    await assert.rejects(
      writeChunk(w.sink, w.columns, ROWS, markOf({ seq: 2 })),
      refused,
      'the second before the first',
    )
    await writeChunk(w.sink, w.columns, ROWS, markOf())
    await assert.rejects(writeChunk(w.sink, w.columns, [['3', 'x']], markOf()), refused, 'the first twice')
    await assert.rejects(
      writeChunk(w.sink, w.columns, [['3', 'x']], markOf({ seq: 3 })),
      refused,
      'the third after the first',
    )
    await writeChunk(w.sink, w.columns, [], markOf({ unit: '0.1' }))
    if (w.sink.atomic) assert.deepEqual((await stored(w)).rows, ROWS)
  })
}

function checkRefusal(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    const send = (rows: TextRow[], savepoint: boolean) =>
      w.sink.rows(encodeRows(w.columns, rows), rows.length, { savepoint })
    await writeChunk(w.sink, w.columns, ROWS, markOf())
    await w.sink.begin()
    await send([['3', 'three']], true)
    if (
      await refuses(
        send(
          [
            ['4', 'four'],
            ['1', 'again'],
          ],
          true,
        ),
      )
    ) {
      await send([['5', 'five']], true)
      await w.sink.mark(markOf({ seq: 2, read: 4, written: 2, rejected: 2 }), [])
      await w.sink.commit()
      const ids = (await stored(w)).rows.map((r) => r[0])
      if (w.sink.atomic) assert.deepEqual(ids, ['1', '2', '3', '5'])
    } else await w.sink.rollback()
    await w.sink.begin()
    if (await refuses(send([['1', 'again']], false))) {
      await w.sink.rollback()
      await writeChunk(w.sink, w.columns, [['6', 'six']], markOf({ unit: '0.2' }))
      assert.equal((await stored(w)).rows.at(-1)?.[0], '6')
    } else await w.sink.rollback()
  })
}

/** True when refused as rows are; false when the engine keeps no keys (nothing is refused); anything else is thrown. */
async function refuses(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    return isCode('ROW_REFUSED')(error)
  }
}

function checkNotNull(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    if (subject.sql === false) return
    await assert.rejects(writeChunk(w.sink, w.columns, [['1', null]]), isCode('ROW_REFUSED'))
    assert.deepEqual((await stored(w)).rows, [])
  })
}

function checkRejects(subject: Subject): Promise<void> {
  return writing(subject, async (w) => {
    const reject = {
      table: 'rows',
      key: "7 'x'",
      reason: 'because\nof "this" \\',
      line: '{"table":"rows","row":{"v":"한 😀"}}',
    }
    await writeChunk(w.sink, w.columns, ROWS, markOf({ read: 3, rejected: 1 }), [reject])
    assert.deepEqual(await w.db.ledger().rejects('run'), [reject])
  })
}

const CRUEL = [
  'sel"ect',
  "quo'te",
  'back`tick',
  'two words',
  'ORDER',
  'percent %s $1 ?',
  'semi;colon -- /* comment',
  'back\\slash',
  '한글',
  'camelCase',
] as const

async function checkName(subject: Subject, name: string): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(
    db,
    name,
    [
      { name, type: COLUMNS[0].type },
      { name: `${name}2`, type: COLUMNS[1].type },
    ],
    { key: [name] },
  )
  await build(db, of)
  await fill(db, of, ROWS)
  assert.deepEqual(asSet(await readTexts(db, of)), asSet(ROWS))
  const source = db.source(of, wireColumns(db, of), { key: [name] })
  assert.equal(await source.count(), 2n)
  assert.ok((await source.split({ rows: 1 })).length >= 1)
  const seen = (await db.inspect()).tables.find((t) => t.name.name === name)
  assert.ok(seen, 'inspect finds it under its name')
  assert.deepEqual(
    seen.columns.map((c) => c.name),
    [name, `${name}2`],
  )
}

async function checkEmojiName(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'ship 🚢', COLUMNS, { key: ['id'] })
  try {
    await build(db, of)
  } catch (error) {
    isCode('QUERY_FAILED', 'UNSUPPORTED', 'FILE_UNREADABLE')(error)
    return
  }
  await fill(db, of, ROWS)
  assert.deepEqual(asSet(await readTexts(db, of)), asSet(ROWS))
  assert.ok((await db.inspect()).tables.some((t) => t.name.name === 'ship 🚢'))
}
