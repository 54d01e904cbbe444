/** Parents that are told by texts and uuids, on servers whose collations sort and compare them in their own ways. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { runSync } from '../../src/app/library-sync.ts'
import { type Col, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'
import { sync } from '../../src/transfer/sync.ts'
import { freshDatabase } from '../harness/database.ts'
import { contents } from '../repair/witness.ts'
import { runPlain } from '../verify/plain.ts'

type Comment = { id: Col<'bigint'>; post: Col<'text'>; body: Col<'text'> }
const old = table<Comment>('old', 'comment')
const app = { post: table<{ code: Col<'text'> }>('app', 'post'), comment: table<Comment>('app', 'comment') }

/** Sorted otherwise by bytes, by ICU and by general_ci; equal to no other in any of them. */
const TEXTS = ['a', 'B', 'c', 'D', 'ez', 'é', 'Z', 'zz', '_x', '-y', '10', '9', "it's", 'a b', '한글', '\\n', '🙂']
/** Each of these pairs is one text where case does not count. */
const TWINS = ['Abc', 'abc', 'DEF', 'def', 'ghi']
const UUIDS = Array.from({ length: 17 }, () => randomUUID())
const EACH = 6

interface Side {
  readonly kind: 'postgres' | 'mysql'
  readonly type: string
}

const made = ({ kind, type }: Side, keyed: boolean) => [
  `CREATE TABLE post (code ${type} PRIMARY KEY)`,
  `CREATE TABLE comment (id int PRIMARY KEY, post ${type} NOT NULL, body varchar(40) NOT NULL${keyed ? ', FOREIGN KEY (post) REFERENCES post (code)' : ''})`,
  ...(keyed && kind === 'mysql' ? [] : ['CREATE INDEX comment_post ON comment (post)']),
]

const quoted = (kind: Side['kind'], text: string) => {
  const doubled = text.replaceAll("'", "''")
  return `'${kind === 'mysql' ? doubled.replaceAll('\\', '\\\\') : doubled}'`
}

function filled(kind: Side['kind'], parents: readonly string[], keyed: boolean): string[] {
  const own = parents.map((p) => quoted(kind, p))
  const rows = Array.from(
    { length: own.length * EACH },
    (_, i) => `(${i + 1}, ${own[i % own.length]}, 'text ${i + 1}')`,
  )
  return [
    ...(keyed ? [`INSERT INTO post VALUES ${own.map((p) => `(${p})`).join(', ')}`] : []),
    `INSERT INTO comment VALUES ${rows.join(', ')}`,
  ]
}

const text = (kind: Side['kind'], collation: string): Side => ({
  kind,
  type:
    kind === 'mysql' ? `varchar(40) CHARACTER SET utf8mb4 COLLATE ${collation}` : `varchar(40) COLLATE "${collation}"`,
})
const upper = (all: readonly string[]) => all.map((u) => u.toUpperCase())

test.each<[string, Side, Side, source: readonly string[], target: readonly string[], keyed: boolean]>([
  ['texts', text('mysql', 'utf8mb4_general_ci'), text('postgres', 'C'), TEXTS, TEXTS, true],
  ['texts', text('mysql', 'utf8mb4_unicode_ci'), text('postgres', 'en-x-icu'), TEXTS, TEXTS, true],
  ['texts', text('postgres', 'en-x-icu'), text('mysql', 'utf8mb4_general_ci'), TEXTS, TEXTS, true],
  ['texts', text('postgres', 'C'), text('mysql', 'utf8mb4_bin'), TEXTS, TEXTS, true],
  ['twins', text('mysql', 'utf8mb4_general_ci'), text('postgres', 'C'), TWINS, TWINS, false],
  ['twins', text('postgres', 'C'), text('mysql', 'utf8mb4_general_ci'), TWINS, TWINS, false],
  ['uuids', { kind: 'mysql', type: 'uuid' }, { kind: 'postgres', type: 'uuid' }, UUIDS, UUIDS, true],
  ['uuids', { kind: 'postgres', type: 'uuid' }, { kind: 'mysql', type: 'uuid' }, UUIDS, UUIDS, true],
  [
    'uuids in capitals',
    { kind: 'mysql', type: 'char(36)' },
    { kind: 'postgres', type: 'uuid' },
    upper(UUIDS),
    UUIDS,
    true,
  ],
  ['uuids', { kind: 'postgres', type: 'uuid' }, { kind: 'mysql', type: 'char(36)' }, UUIDS, UUIDS, true],
])('%s: %o → %o', async (_, from, to, source, target, keyed) => {
  await using here = await freshDatabase(from.kind)
  await using there = await freshDatabase(to.kind)
  await runPlain(here.url, [...made(from, keyed), ...filled(from.kind, source, keyed)])
  await runPlain(there.url, [...made(to, keyed), ...filled(to.kind, target, keyed)])
  const right = await contents(there.url, ['comment'])
  const [first, second] = target.map((p) => quoted(to.kind, p))
  await runPlain(there.url, [
    'DELETE FROM comment WHERE id IN (3, 17)',
    "UPDATE comment SET body = 'wrong' WHERE id IN (4, 5, 18)",
    // Another parent, and rows that nobody makes.
    `UPDATE comment SET post = ${second} WHERE id = 1`,
    `INSERT INTO comment VALUES (5000, ${first}, 'theirs'), (5001, ${second}, 'theirs')`,
  ])
  // Parents that the source has no row of, which it spells as the target does; one of the twins in a third way.
  const own = from.type.startsWith('char(') || to.type.startsWith('char(')
  const lost = own ? [] : source === UUIDS ? [randomUUID()] : keyed ? ['gone'] : ['gone', 'aBC']
  for (const [i, parent] of lost.entries()) {
    const value = quoted(to.kind, parent)
    if (keyed) await runPlain(there.url, [`INSERT INTO post VALUES (${value})`])
    await runPlain(there.url, [`INSERT INTO comment VALUES (${6000 + i}, ${value}, 'lost')`])
  }
  const transfers = {
    all: [
      transfer('comments', {
        from: old,
        to: app.comment,
        write: 'append',
        columns: { id: 'id', post: 'post', body: 'body' },
      }),
    ],
  }
  const job = sync({
    name: 'job',
    transfer: 'comments',
    scope: keyed ? app.post.code : old.post,
    chunk: 12,
    repair: ['missing', 'different', 'extra'],
  })
  const config = { databases: { old: here.url, app: there.url }, transfers, syncs: [job] }
  const kinds = { missing: 2, different: 4, extra: 2 + lost.length }
  expect(await runSync('job', { dryRun: true }, { config })).toMatchObject({ kinds, written: 0 })
  expect(await runSync('job', {}, { config })).toMatchObject({ kinds, written: 8 + lost.length, failed: 0, exit: 0 })
  expect(await contents(there.url, ['comment'])).toEqual(right)
  expect(await runSync('job', {}, { config })).toMatchObject({ due: 0, written: 0, looked: source.length * EACH })
})
