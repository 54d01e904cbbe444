/** Names of id maps, match tables and their keys: never that of another, and within what each engine takes. */
import { createHash } from 'node:crypto'
import { type ObjectName, stepName } from '../core/schema.ts'

/** Bytes that remain of the 63 beyond which PostgreSQL cuts names off silently, beside the longest prefix and suffix. */
const MOST_BYTES = 47

const digest = (parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)

/** The name, where it is short enough; else its beginning and a digest of it. */
export function shortName(name: string, most = MOST_BYTES): string {
  if (Buffer.byteLength(name) <= most) return name
  let kept = name.slice(0, most - 9)
  while (Buffer.byteLength(kept) > most - 9) kept = kept.slice(0, -1)
  return `${kept.toWellFormed()}_${digest([name])}`
}

/** The match table of a table and its match columns; other columns, or another table, never have the same. */
export function matchName(table: ObjectName, match: readonly string[]): string {
  const own = stepName(table)
  const plain = `${own}__${match.join('_')}`
  const clear = match.length === 1 && !/__|_$/.test(own) && !/^_|__/.test(match[0])
  return shortName(clear ? plain : `${shortName(plain, MOST_BYTES - 9)}_${digest([own, ...match])}`)
}

/** The primary key of an id map or match table, whose name is unique in its schema where keys are relations. */
export function keyName(kind: 'ids' | 'match', table: string): string {
  return `naru_${kind}_${shortName(table)}_pkey`
}
