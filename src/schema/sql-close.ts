/** A statement with its terminator, so that an engine's own client, and splitSql, end it where it ends. */
import type { Family } from './sql-body.ts'

/** Bodies with semicolons of their own, which the clients of MySQL cut at the first one. */
const BODY = /^\s*CREATE\b[^;]*\b(PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)\b[^;]*;[\s\S]*\S/im

/** What stands in for the semicolon, where it is not part of the text. */
const DELIMITERS = [';;', '$$', '//', '@@', '~~~', ';;;;', '$$$$$$']

/** The statement with its terminator; bodies of MySQL's routines between DELIMITER lines. */
export function closedSql(sql: string, family: Family | string): string {
  const text = sql.trim().replace(/(\s*;)+$/, '')
  if (family === 'mysql' && BODY.test(text)) {
    const mark = DELIMITERS.find((d) => !text.includes(d)) ?? DELIMITERS[0]
    return `DELIMITER ${mark}\n${text} ${mark}\nDELIMITER ;`
  }
  // After a comment at its end the terminator would be part of that.
  return /(--|#)[^\n]*$/.test(text) ? `${text}\n;` : `${text};`
}
