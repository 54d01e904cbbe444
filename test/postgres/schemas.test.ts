/** Databases of several schemas: what is read, and what is said of the rest. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { diff } from '../../src/app/diff.ts'
import { inspect } from '../../src/app/inspect.ts'
import { diffVerdict } from '../../src/app/report/diff-verdict.ts'
import { verifyVerdict } from '../../src/app/report/other-reports.ts'
import { wholeVerdict } from '../../src/app/report/run-report.ts'
import { loadState } from '../../src/app/state.ts'
import { verify } from '../../src/app/verify.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { asking } from './move.ts'

const SHOP = `CREATE SCHEMA sales; CREATE SCHEMA hr; CREATE SCHEMA util; CREATE SCHEMA blank;
CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE hr.emp (id int PRIMARY KEY); INSERT INTO hr.emp VALUES (1);
CREATE TABLE sales.o (id int PRIMARY KEY, emp int REFERENCES hr.emp); INSERT INTO sales.o VALUES (1, 1); INSERT INTO item VALUES (7);
CREATE FUNCTION util.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'; CREATE SEQUENCE util.s;`

const quiet = { report() {} }

describe('of a database with several schemas', () => {
  it('one is read, and every report says what was not', { timeout: 60_000 }, async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) => ask(SHOP))
    const [a, b] = [postgres.parse(from.url), postgres.parse(to.url)]
    const report = await copy(a, b, { jobs: 1 }, quiet)
    const rest = 'blank with nothing, hr with 1 table, sales with 1 table, util with 2 objects'
    const { headline, sentence } = wholeVerdict(report)
    assert.equal(headline, 'All rows of the schema public arrived')
    assert.match(sentence, new RegExp(`4 things did not come along: 4 schemas \\(${rest}\\)\\.$`))
    const verified = await verify(a, b, {}, { reporter: quiet })
    assert.match(verifyVerdict(verified).sentence, /Not compared: 2 schemas \(hr with 1 table, sales with 1 table\)\.$/)
    const load = (url: string) => loadState(url, { address: async (t) => postgres.parse(t), names: [], cwd: '.' })
    const states = [await load(from.url), await load(to.url)] as const
    assert.match(
      diffVerdict(await diff(...states)).sentence,
      new RegExp(`Not compared: 4 schemas \\(${rest}\\) of FROM\\.$`),
    )
    assert.match(
      (await inspect(states[0], { format: 'sql' })).notes.join(),
      /only the schema public was read: 4 schemas/,
    )
    const some = await copy(a, b, { jobs: 1, tables: ['item'], ifExists: 'truncate' }, quiet)
    assert.equal(wholeVerdict(some).headline, 'Everything arrived')
  })

  it('what crosses into one that is not read is told', { timeout: 60_000 }, async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) => ask(SHOP))
    const of = (url: string) => postgres.parse(`${url}?schema=sales`)
    const report = await copy(of(from.url), of(to.url), { jobs: 1 }, quiet)
    assert.match(
      wholeVerdict(report).sentence,
      /5 things did not come along: 1 foreign key \(o_emp_fkey on o\), 4 schemas/,
    )
  })
})
