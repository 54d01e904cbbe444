/** UPDATE, DELETE and INSERT: which table, and which of their parts are there. */
import type { Act, InsertHow } from './act.ts'
import { type Cursor, hasWords, sees, takeGroup, takeName, takes, takesOne, takeTable } from './cursor.ts'

const ENDS = (c: Cursor) => ({
  where: hasWords(c.tokens, 'WHERE'),
  limit: hasWords(c.tokens, 'LIMIT'),
  order: hasWords(c.tokens, 'ORDER BY'),
})

/** After UPDATE. */
export function readUpdate(c: Cursor): Act | null {
  takesOne(c, 'OR REPLACE', 'OR IGNORE', 'OR ABORT', 'OR FAIL', 'OR ROLLBACK')
  takes(c, 'LOW_PRIORITY')
  takes(c, 'IGNORE')
  const table = takeTable(c)
  if (table === null) return null
  const single = takesOne(c, 'AS') !== null || !sees(c, 'SET') ? readAliased(c) : true
  return { kind: 'update', table: single ? table : null, ...ENDS(c) }
}

/** Whether an alias and then SET follows: one table only. */
function readAliased(c: Cursor): boolean {
  takeName(c)
  return sees(c, 'SET')
}

/** After DELETE. */
export function readDelete(c: Cursor): Act | null {
  for (let word = true; word; ) word = takesOne(c, 'LOW_PRIORITY', 'QUICK', 'IGNORE') !== null
  if (!takes(c, 'FROM')) return { kind: 'delete', table: null, ...ENDS(c) }
  const table = takeTable(c)
  const many =
    c.tokens[c.at]?.text === ',' || hasWords(c.tokens.slice(c.at), 'USING') || hasWords(c.tokens.slice(c.at), 'JOIN')
  return table && { kind: 'delete', table: many ? null : table, ...ENDS(c) }
}

/** After INSERT or REPLACE, which `head` tells. */
export function readInsert(c: Cursor, head: string): Act {
  let how: InsertHow = head === 'REPLACE' ? 'replace' : 'plain'
  if (takes(c, 'OR REPLACE')) how = 'replace'
  if (takes(c, 'OR IGNORE')) how = 'ignore'
  // These tell of errors, as it is without them.
  takesOne(c, 'OR ABORT', 'OR FAIL', 'OR ROLLBACK')
  takesOne(c, 'LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY')
  if (takes(c, 'IGNORE')) how = 'ignore'
  takes(c, 'INTO')
  const table = takeTable(c)
  if (takes(c, 'AS')) takeName(c)
  const columns = takeGroup(c)
  const select = columns?.[0]?.word === 'SELECT' || hasWords(c.tokens, 'SELECT')
  const named = (columns !== null && columns[0]?.word !== 'SELECT') || sees(c, 'SET') || sees(c, 'DEFAULT VALUES')
  return { kind: 'insert', table, how, columns: named, select }
}
