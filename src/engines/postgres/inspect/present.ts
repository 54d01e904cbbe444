/**
 * Which kinds of things there are at all. Most catalogue queries join a dozen tables, so planning one costs the server milliseconds, and
 * most schemas have few of those kinds: one cheap question first leaves the others out.
 */
import type { Row } from '../../../core/engine.ts'

/** Where catalogue queries are asked: a session, or nowhere. */
export interface Asked {
  query(sql: string): Promise<Row[]>
}

/** Answers each query with no rows. */
export const NOTHING: Asked = { query: async () => [] }

/** SQL of a condition, of the schemas' ids as what stands behind an equals sign; it may be true where there is nothing, never false where there is something. */
export type Condition = (ids: string) => string

/** Condition: a catalogue has a row that meets `where`. */
export const some =
  (catalogue: string, where = 'true'): Condition =>
  () =>
    `EXISTS (SELECT FROM ${catalogue} WHERE ${where})`

/** Condition: a catalogue has a row whose column `nsp` names one of the schemas. */
export const inSchema =
  (catalogue: string, nsp: string, where = 'true'): Condition =>
  (ids) =>
    `EXISTS (SELECT FROM ${catalogue} WHERE ${nsp} = ${ids} AND ${where})`

/** Condition: a catalogue has a row that hangs on a relation of the schemas, which its column `relation` names. */
export const onRelation =
  (catalogue: string, relation: string, where = 'true'): Condition =>
  (ids) =>
    `EXISTS (SELECT FROM ${catalogue} x JOIN pg_class c ON c.oid = x.${relation} WHERE c.relnamespace = ${ids} AND ${where})`

/** Asks all conditions of schemas at once. */
export async function present<K extends string>(
  session: Asked,
  ids: readonly number[],
  conditions: Readonly<Record<K, Condition>>,
): Promise<ReadonlySet<K>> {
  const names = Object.keys(conditions) as K[]
  const any = `ANY ('{${ids.join(', ')}}'::oid[])`
  const columns = names.map((name, i) => `${conditions[name](any)} AS c${i}`)
  const [row] = await session.query(`SELECT ${columns.join(', ')}`)
  return new Set(names.filter((_, i) => row[`c${i}`] === true))
}
