/** query and errors: values come back exactly, literals are what they say, each class of error has its code and no password. */
import assert from 'node:assert/strict'
import type { Address, Value } from '../core/engine.ts'
import { type ErrorCode, NaruError } from '../core/error.ts'
import { stage } from './place.ts'
import { table, wireColumns } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function querySuite({ describe, it }: Runner, subject: Subject): void {
  describe('query', () => {
    if (subject.sql !== false) {
      it('gives integers beyond 2^53 exactly', () => checkIntegers(subject))
      it('has a literal for each value', () => checkLiterals(subject))
      it('tells a statement that is refused', () => fails(subject, ['QUERY_FAILED'], (db) => db.query('SELEKT 1')))
      it('goes on after an error', () => checkGoesOn(subject))
    }
    it('tells a table that is missing', () => checkMissingTable(subject))
    it('tells a database that is missing', () => checkMissingDatabase(subject))
    it('closes more than once', async () => {
      await using place = await stage(subject)
      await place.db.close()
      await place.db.close()
    })
  })
}

async function checkIntegers(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const [row] = await place.db.query(
    "SELECT 9007199254740993 AS a, -9223372036854775808 AS b, 1.5 AS c, 'x' AS d, NULL AS e",
  )
  assert.equal(row.a, 9007199254740993n)
  assert.equal(String(row.b), '-9223372036854775808')
  assert.equal(Number(row.c), 1.5)
  assert.equal(row.d, 'x')
  assert.equal(row.e, null)
}

const VALUES: readonly Value[] = [
  null,
  'plain',
  "it's",
  'back\\slash \\n \\0',
  '"double" `back` $1 ? :a %s',
  'line\nfeed\ttab',
  '한 😀',
  '',
  42n,
  -9223372036854775807n,
  0.1,
  -1e300,
  new Uint8Array([0, 1, 39, 92, 255]),
  new Uint8Array(0),
]

async function checkLiterals(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { dialect } = place.db.engine
  for (const value of VALUES) {
    const sql = `SELECT ${dialect.literal(value)} AS v`
    const [row] = await place.db.query(sql)
    if (value instanceof Uint8Array) assert.deepEqual(new Uint8Array(row.v as Uint8Array), value, sql)
    else if (typeof value === 'number') assert.equal(Number(row.v), value, sql)
    else assert.equal(row.v === null ? null : String(row.v), value === null ? null : String(value), sql)
  }
}

async function checkGoesOn(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  await assert.rejects(place.db.query('SELECT * FROM no_such_table_anywhere'))
  assert.equal(String((await place.db.query('SELECT 1 AS one'))[0].one), '1')
}

async function fails(
  subject: Subject,
  codes: readonly ErrorCode[],
  work: (db: Awaited<ReturnType<typeof stage>>['db']) => Promise<unknown>,
): Promise<void> {
  await using place = await stage(subject)
  await assert.rejects(work(place.db), (e) => isTold(e, codes, place.db.address))
}

function isTold(error: unknown, codes: readonly ErrorCode[], address: Address): true {
  assert.ok(error instanceof NaruError, `a NaruError, not ${error}`)
  assert.ok(codes.includes(error.code), `${codes.join(' or ')}, not ${error.code}: ${error.message}`)
  assert.ok(error.message.length > 0 && error.hint.length > 0)
  if (address.password) {
    const said = [error.message, error.why, error.hint, error.state, JSON.stringify(error.details)].join(' ')
    assert.ok(!said.includes(address.password), 'no password in what is said')
  }
  return true
}

async function checkMissingTable(subject: Subject): Promise<void> {
  await fails(subject, ['TABLE_MISSING', 'QUERY_FAILED', 'FILE_UNREADABLE'], async (db) => {
    const of = table(db, 'not_there', [{ name: 'id', type: { kind: 'int', bits: 32 } }], { key: ['id'] })
    const source = db.source(of, wireColumns(db, of), { key: ['id'] })
    for await (const batch of source.read({ kind: 'key', after: null, upto: null }, { bytes: 1000, rows: 10 }))
      batch.release()
  })
}

async function checkMissingDatabase(subject: Subject): Promise<void> {
  await using place = await subject.fresh()
  const { address } = place
  const missing: Address = {
    ...address,
    password: address.password ?? 'secret-of-nobody',
    ...(address.database === undefined ? {} : { database: 'naru_not_there' }),
    ...(address.path === undefined ? {} : { path: `${address.path}/not/there` }),
  }
  await assert.rejects(subject.engine.open(missing, { role: 'source' }), (e) =>
    isTold(e, ['DATABASE_MISSING', 'AUTH_FAILED'], missing),
  )
}
