/** Two databases of one job, for processes that are killed in the middle of it. */
import type { NaruConfig } from '../../src/app/config-form.ts'
import { type Col, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'
import { sync } from '../../src/transfer/sync.ts'

export const LINES = 9000

export const OLD = `CREATE TABLE line (id INTEGER PRIMARY KEY, v TEXT NOT NULL);
  WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${LINES}) INSERT INTO line SELECT i, 'line ' || i FROM g`

/** Half of the heads are missing with their tails, a third of the other tails are wrong. The tables count what is written. */
export const NEW = `CREATE TABLE head (id bigint PRIMARY KEY, v text NOT NULL);
  CREATE TABLE tail (head_id bigint PRIMARY KEY REFERENCES head (id), n bigint NOT NULL);
  INSERT INTO head SELECT i, 'line ' || i FROM generate_series(1, ${LINES}, 2) i;
  INSERT INTO tail SELECT i, CASE WHEN i % 3 = 0 THEN -1 ELSE length('line ' || i) END FROM generate_series(1, ${LINES}, 2) i;
  CREATE TABLE written (n int);
  CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN NULL; END $$;
  CREATE TRIGGER count_it AFTER INSERT OR UPDATE OR DELETE ON head FOR EACH ROW EXECUTE FUNCTION count_it();
  CREATE TRIGGER count_it AFTER INSERT OR UPDATE OR DELETE ON tail FOR EACH ROW EXECUTE FUNCTION count_it()`

/** Rows of both tables that are not what they must be, or too many. */
export const WRONG = `SELECT count(*)::int AS n FROM (SELECT i AS id, 'line ' || i AS v, length('line ' || i) AS n FROM generate_series(1, ${LINES}) i) AS w
  FULL JOIN (SELECT id, v, n FROM head FULL JOIN tail ON head_id = id) AS h USING (id) WHERE (w.v, w.n) IS DISTINCT FROM (h.v, h.n)`

const line = table<{ id: Col<'bigint'>; v: Col<'text'> }>('old', 'line')
const head = table<{ id: Col<'bigint'>; v: Col<'text'> }>('app', 'head')
const tail = table<{ head_id: Col<'bigint'>; n: Col<'bigint'> }>('app', 'tail')

/** The job. `old`: a file of SQLite; `app`: an address. */
export function syncConfig(old: string, app: string): NaruConfig {
  const lines = transfer('lines', {
    from: line,
    to: head,
    into: [tail],
    write: 'append',
    columns: { id: 'id' },
    row: (row, ctx) => [{ v: row.v }, ctx.into(tail, { head_id: row.id, n: row.v.length })],
  })
  const job = sync({ name: 'job', transfer: 'lines', chunk: 10 })
  return { databases: { old: `sqlite:${old}`, app }, transfers: { all: [lines] }, syncs: [job] }
}
