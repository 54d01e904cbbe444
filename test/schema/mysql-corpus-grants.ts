/** Pairs: who may do what. The server keeps privileges by name, also for what is not there any more. */
import type { Pair } from './mysql-pair.ts'

/** Made before these pairs, dropped after them. */
export const ACCOUNTS = {
  roles: ['naru_reader', 'naru 역할`s "so"'],
  users: [
    ['naru_app', '%'],
    ["naru it's", '10.0.%'],
  ],
} as const

const APP = "'naru_app'@'%'"
const ODD = "'naru it''s'@'10.0.%'"
const ROLE = '`naru 역할``s "so"`'
const T = 'CREATE TABLE t (id int PRIMARY KEY, a int, b int)'

function over(name: string, base: string, from: string, to: string, more: Partial<Pair> = {}): Pair {
  const script = (grants: string) => (grants === '' ? base : `${base}; ${grants}`)
  return { name, from: script(from), to: script(to), ...more }
}

export const GRANTS: readonly Pair[] = [
  over('a privilege on a table', T, '', `GRANT SELECT ON t TO naru_reader`),
  over(
    'others to others',
    T,
    `GRANT SELECT, INSERT ON t TO naru_reader; GRANT DELETE ON t TO ${APP}`,
    `GRANT INSERT, UPDATE ON t TO naru_reader; GRANT SELECT ON t TO ${ODD}; GRANT TRIGGER, DELETE HISTORY ON t TO ${ROLE}`,
  ),
  over('all of them', T, `GRANT SELECT ON t TO ${APP}`, `GRANT ALL ON t TO ${APP}`),
  over('fewer than all', T, `GRANT ALL ON t TO ${APP} WITH GRANT OPTION`, `GRANT SELECT, INDEX ON t TO ${APP}`),
  over('to pass them on', T, `GRANT SELECT ON t TO ${APP}`, `GRANT SELECT ON t TO ${APP} WITH GRANT OPTION`),
  over('to pass on alone', T, '', `GRANT USAGE ON t TO ${APP} WITH GRANT OPTION`),
  over('everybody', T, '', 'GRANT SELECT ON t TO PUBLIC'),
  over(
    'on columns',
    T,
    `GRANT SELECT (a) ON t TO naru_reader`,
    `GRANT SELECT (b), UPDATE (a, b) ON t TO naru_reader; GRANT REFERENCES (id) ON t TO ${ODD} WITH GRANT OPTION`,
  ),
  over(
    'on a column instead of the table',
    T,
    `GRANT SELECT, INSERT ON t TO naru_reader; GRANT SELECT (a) ON t TO naru_reader`,
    `GRANT INSERT ON t TO naru_reader; GRANT SELECT (a), SELECT (b) ON t TO naru_reader`,
  ),
  over(
    'a column that is renamed',
    'SELECT 1',
    `${T}; GRANT SELECT (a), SELECT (b) ON t TO naru_reader`,
    'CREATE TABLE t (id int PRIMARY KEY, c int, b int); GRANT SELECT (c), SELECT (b) ON t TO naru_reader',
    { renames: [{ table: { name: 't' }, column: 'a', to: 'c' }] },
  ),
  over(
    'a column that goes',
    'SELECT 1',
    `${T}; GRANT SELECT (a), SELECT (b) ON t TO naru_reader`,
    'CREATE TABLE t (id int PRIMARY KEY, b int); GRANT SELECT (b) ON t TO naru_reader',
  ),
  over(
    'a table that is renamed',
    'SELECT 1',
    `${T}; GRANT SELECT, INSERT ON t TO ${APP}; GRANT UPDATE (b) ON t TO ${ROLE}`,
    `CREATE TABLE \`다른 t\` (id int PRIMARY KEY, a int, b int); GRANT SELECT, INSERT ON \`다른 t\` TO ${APP}; GRANT UPDATE (b) ON \`다른 t\` TO ${ROLE}`,
    { renames: [{ table: { name: 't' }, to: '다른 t' }] },
  ),
  over(
    'a table that comes with them',
    'SELECT 1',
    '',
    `${T}; GRANT ALL ON t TO ${APP} WITH GRANT OPTION; GRANT SELECT (a) ON t TO naru_reader`,
  ),
  over(
    'on a view',
    `${T}; CREATE VIEW v AS SELECT a FROM t`,
    '',
    `GRANT SELECT, SHOW VIEW ON v TO naru_reader; GRANT UPDATE (a) ON v TO ${APP}`,
  ),
  over(
    'on a column of a view instead of all of it',
    `${T}; CREATE VIEW v AS SELECT a, b FROM t`,
    'GRANT SELECT ON v TO naru_reader; GRANT SELECT (a) ON v TO naru_reader',
    'GRANT SELECT (a) ON v TO naru_reader',
  ),
  over(
    'on a view that changes',
    T,
    'CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO naru_reader',
    `CREATE VIEW v AS SELECT a, b FROM t; GRANT SELECT ON v TO naru_reader; GRANT DELETE ON v TO ${ODD}`,
  ),
  over('on a view that goes', T, 'CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO naru_reader', ''),
  over('on a sequence', 'CREATE SEQUENCE s', `GRANT SELECT ON s TO ${APP}`, `GRANT ALL ON s TO naru_reader`),
  over(
    'on routines',
    'CREATE PROCEDURE same() SELECT 1; CREATE FUNCTION same() RETURNS int DETERMINISTIC RETURN 1',
    `GRANT EXECUTE ON PROCEDURE same TO naru_reader`,
    `GRANT EXECUTE ON FUNCTION same TO ${APP} WITH GRANT OPTION; GRANT ALTER ROUTINE ON PROCEDURE same TO naru_reader`,
  ),
  over(
    'on a routine in Korean',
    'CREATE PROCEDURE `프로 시저`() SELECT 1',
    `GRANT EXECUTE ON PROCEDURE \`프로 시저\` TO ${ROLE}`,
    `GRANT EXECUTE ON PROCEDURE \`프로 시저\` TO ${APP}`,
  ),
  over(
    'on a routine that changes',
    'SELECT 1',
    `CREATE PROCEDURE p() SELECT 1; GRANT EXECUTE ON PROCEDURE p TO ${APP}`,
    `CREATE PROCEDURE p() SELECT 2; GRANT EXECUTE ON PROCEDURE p TO ${APP}`,
  ),
  over('on a routine that goes', T, `CREATE PROCEDURE p() SELECT 1; GRANT EXECUTE ON PROCEDURE p TO ${ROLE}`, ''),
  over(
    'on the database',
    T,
    'GRANT SELECT ON * TO naru_reader',
    `GRANT SELECT, CREATE TEMPORARY TABLES, LOCK TABLES, EVENT ON * TO naru_reader; GRANT ALL ON * TO ${APP} WITH GRANT OPTION`,
  ),
]

/** What others left behind: privileges on tables that are gone, and what the next tables of these names are to have. */
export const STRAYS: Pair = {
  name: 'a new table under a name that still has privileges',
  from: `${T}; GRANT SELECT ON t TO naru_reader; GRANT UPDATE (a) ON t TO ${APP}; DROP TABLE t`,
  to: `${T}; GRANT DELETE ON t TO naru_reader`,
}
