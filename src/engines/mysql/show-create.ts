/** SHOW CREATE of many objects in few round trips. */
import type { Row } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { asText, type Statements } from './query.ts'

/** Statements of one round trip. */
const AT_ONCE = 200

/** Catalogues answer with upper- or lower-case names, whatever was asked for. */
export function lower(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The statement that makes each (`VIEW name`, `TABLE name` …), in the order asked for; null where the user may not see it. */
export async function showCreates(q: Statements, what: readonly string[]): Promise<(string | null)[]> {
  const texts: (string | null)[] = []
  for (let at = 0; at < what.length; at += AT_ONCE) texts.push(...(await some(q, what.slice(at, at + AT_ONCE))))
  return texts
}

/** One that is refused fails all of them: then each is asked for by itself. */
async function some(q: Statements, what: readonly string[]): Promise<(string | null)[]> {
  try {
    const sets = await q.batch(what.map((w) => `SHOW CREATE ${w}`))
    return sets.map((rows) => statementOf(rows[0]))
  } catch (error) {
    if (!isRefusal(error)) throw error
    const texts: (string | null)[] = []
    for (const w of what) texts.push(await one(q, w))
    return texts
  }
}

/** Rights to see an object's name do not include those to see its statement: then null. */
async function one(q: Statements, what: string): Promise<string | null> {
  try {
    const [row] = await q.query(`SHOW CREATE ${what}`)
    return statementOf(row)
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof NaruError && ['PERMISSION_DENIED', 'QUERY_FAILED', 'AUTH_FAILED'].includes(error.code)
}

function statementOf(row: Row | undefined): string | null {
  const name = Object.keys(row ?? {}).find((k) => /^(create |sql original statement)/i.test(k))
  return row === undefined || name === undefined ? null : asText(row[name])
}
