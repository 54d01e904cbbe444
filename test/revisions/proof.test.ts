import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { proveRevisions } from '../../src/app/revisions/proof.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { makeChain, makeRevision, setupFor } from './making.ts'

async function verdicts(folder: string, o: { engine: string; dev?: string }, range: string | null = null) {
  const report = await proveRevisions(await setupFor(folder, o), range)
  return report.proofs.map((p) => [p.verdict, ...p.lines].join(' | '))
}

it('proves what goes up, down and up again, and says what does not', async () => {
  await using files = await freshFiles()
  const ids = await makeChain(files.path, [
    { up: 'CREATE TABLE a (x INT);', down: 'DROP TABLE a;' },
    { up: 'CREATE TABLE b (x INT); CREATE INDEX i ON a (x);', down: 'DROP TABLE b;' },
    { up: 'CREATE TABLE c (x INT);', down: 'DROP TABLE absent;' },
    { up: 'ALTER TABLE c ADD y INT;', down: '-- naru:irreversible y is gone' },
    { up: 'CREATE TABLE d (x INT);', down: 'DROP TABLE d;' },
  ])
  const found = await verdicts(files.path, { engine: 'sqlite' })
  expect(found).toEqual([
    'proved',
    expect.stringMatching(
      /^failed \| after down, table a: index i should not be there \| up again: .*line 6.* \| index i already exists$/,
    ),
    expect.stringMatching(/^failed \| down: .*_made\.sql, line 9.* \| no such table: absent/),
    'irreversible | y is gone',
    'proved',
  ])
  expect(await verdicts(files.path, { engine: 'sqlite' }, `${ids[3]}:${ids[4]}`)).toEqual(found.slice(3))
})

it('says what differs where both ways run', async () => {
  await using files = await freshFiles()
  await makeChain(files.path, [
    { up: 'CREATE TABLE a (x INT, y TEXT);', down: 'DROP TABLE a;' },
    { up: 'ALTER TABLE a DROP COLUMN y;', down: 'ALTER TABLE a ADD y INT;' },
    { up: 'CREATE TABLE IF NOT EXISTS z (q INT);', down: '-- naru:nothing' },
  ])
  expect(await verdicts(files.path, { engine: 'sqlite' })).toEqual([
    'proved',
    'differs | after down, table a: column y, type is INT, should be TEXT',
    'differs | after down, table z: should not be there',
  ])
})

it('goes on with other branches behind one that cannot be gone up', async () => {
  await using files = await freshFiles()
  const [root] = await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);', down: 'DROP TABLE a;' }])
  const bad = await makeRevision(files.path, { up: 'nonsense;', id: '1bad', revises: [root] })
  await makeRevision(files.path, {
    up: 'CREATE TABLE n (x INT);',
    down: 'DROP TABLE n;',
    id: '2behind',
    revises: [bad],
  })
  await makeRevision(files.path, {
    up: 'CREATE TABLE o (x INT);',
    down: 'DROP TABLE o;',
    id: '3other',
    revises: [root],
  })
  const report = await proveRevisions(await setupFor(files.path, { engine: 'sqlite' }), null)
  expect(Object.fromEntries(report.proofs.map((p) => [p.id, p.verdict]))).toEqual({
    [root]: 'proved',
    '1bad': 'failed',
    '2behind': 'not reached',
    '3other': 'proved',
  })
  expect(report.exit).toBe(1)
})

it('tries modules too', async () => {
  await using files = await freshFiles()
  const [root] = await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);', down: 'DROP TABLE a;' }])
  const module = (
    id: string,
    down: string,
  ) => `export default { revision: '${id}', downRevision: '${root}', message: 'm',
    async up({ sql }) { await sql\`CREATE TABLE t_${id} (x INT)\` }, ${down} }`
  await writeFile(join(files.path, 'good.ts'), module('good', 'async down({ sql }) { await sql`DROP TABLE t_good` }'))
  await writeFile(join(files.path, 'never.ts'), module('never', ''))
  await writeFile(join(files.path, 'wrong.ts'), module('wrong', "async down() { throw new Error('not today') }"))
  expect((await verdicts(files.path, { engine: 'sqlite' })).sort()).toEqual([
    expect.stringMatching(/^failed \| down: wrong\.ts.* \| .*not today/),
    'irreversible | it has no function down',
    'proved',
    'proved',
  ])
})

it.each(['postgres', 'mysql'] as const)('on a server of %s', async (kind) => {
  await using server = await freshDatabase(kind)
  await using files = await freshFiles()
  await makeChain(files.path, [
    { up: 'CREATE TABLE a (x int PRIMARY KEY, y varchar(9));', down: 'DROP TABLE a;' },
    {
      up: 'CREATE INDEX i ON a (y);\nALTER TABLE a ADD z int;',
      down: `DROP INDEX i${kind === 'mysql' ? ' ON a' : ''};`,
    },
  ])
  expect(await verdicts(files.path, { engine: kind, dev: server.url })).toEqual([
    'proved',
    expect.stringMatching(/^failed \| after down, table a: column z should not be there \| up again:/),
  ])
})
