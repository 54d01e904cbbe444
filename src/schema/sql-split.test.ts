import { describe, expect, it } from 'vitest'
import type { Family } from './sql-body.ts'
import { splitSql } from './sql-split.ts'

const cut = (text: string, family: Family) => splitSql(text, family).map((s) => [s.line, s.sql])

describe('a script is cut as its client cuts it', () => {
  it('at semicolons outside of quotes and comments', () => {
    const text = 'SELECT \';\' -- no; end\n;\n/* nor; here */ SELECT "a;b";\n\n SELECT 3'
    for (const family of ['postgres', 'mysql', 'sqlite'] as const) {
      expect(cut(text, family)).toEqual([
        [1, "SELECT ';' -- no; end"],
        [3, 'SELECT "a;b"'],
        [5, 'SELECT 3'],
      ])
    }
  })

  it('in PostgreSQL: dollar quotes, E strings, nested comments, psql, COPY', () => {
    const text = `\\connect x
SELECT E'\\';', 'a\\';
/* a /* b; */ c; */
CREATE FUNCTION f() RETURNS void AS $f$ BEGIN; END; $f$ LANGUAGE plpgsql;
COPY t (a) FROM stdin;
1;2
\\.
CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
SELECT $1;`
    expect(cut(text, 'postgres').map(([line]) => line)).toEqual([2, 4, 8, 9])
  })

  it('in MySQL: DELIMITER, bodies without it, versioned comments, # and backslashes', () => {
    const text = `/*!40101 SET NAMES utf8 */;
# no; statement
SELECT 'a\\';b', \`c;d\`;
DELIMITER ;;
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END ;;
DELIMITER ;
CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT CASE 1 WHEN 1 THEN 2 END; END IF; WHILE 0 DO SELECT 1; END WHILE; END;
SELECT 2;`
    expect(cut(text, 'mysql').map(([line, sql]) => [line, String(sql).slice(0, 14)])).toEqual([
      [1, '/*!40101 SET N'],
      [3, "SELECT 'a\\';b'"],
      [5, 'CREATE TRIGGER'],
      [7, 'CREATE PROCEDU'],
      [8, 'SELECT 2'],
    ])
  })

  it('in SQLite: triggers, brackets, dot commands', () => {
    const text = `.bail on
CREATE TABLE [a;b] (c);
CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM a; END;
CREATE TABLE begin_end (c);`
    expect(cut(text, 'sqlite').map(([line]) => line)).toEqual([2, 3, 4])
  })

  it('ends where the text ends, also within a quote', () => {
    expect(cut("SELECT 'open", 'postgres')).toEqual([[1, "SELECT 'open"]])
    expect(cut('', 'mysql')).toEqual([])
    expect(cut(' ; ;\n', 'sqlite')).toEqual([])
  })
})
