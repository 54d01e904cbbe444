/** What reading and splitting a table have in common. */
import type { Connection } from 'mysql2'
import type { Address, WireColumn } from '../../core/engine.ts'
import type { Column, Table } from '../../core/schema.ts'
import { quote } from './literal.ts'
import type { Statements } from './query.ts'

/** One connection with what reading needs of it. */
export interface Reading {
  readonly connection: Connection
  readonly address: Address
  readonly statements: Statements
  readonly flavor: 'mysql' | 'mariadb'
  /** Bytes of the longest packet that the server takes. */
  readonly longestPacket: number
}

/** A table as it is read. */
export interface ReadPlan {
  readonly table: Table
  readonly columns: readonly WireColumn[]
  /** Key columns in order; empty without a key. */
  readonly key: readonly Column[]
  readonly where: string | undefined
  readonly lock?: boolean
}

/** FORCE INDEX for the index that the key is read by: the optimizer would otherwise sort a large table first. */
export function forcedIndex(table: Table, key: readonly Column[]): string {
  const same = (columns: readonly string[] | undefined) =>
    columns !== undefined && columns.length === key.length && columns.every((c, i) => c === key[i].name)
  if (key.length === 0) return ''
  if (same(table.primaryKey?.columns)) return ' FORCE INDEX (PRIMARY)'
  const unique = table.uniques.find((u) => same(u.columns) && u.parts === undefined)
  return unique === undefined ? '' : ` FORCE INDEX (${quote(unique.name)})`
}
