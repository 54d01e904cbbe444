/**
 * How a server carries out an ALTER TABLE, from its documentation: MySQL's "Online DDL Operations", MariaDB's "InnoDB Online DDL
 * Operations with the INSTANT / NOCOPY / INPLACE Alter Algorithm"; what MariaDB 10.11 does was verified by the tests with ALGORITHM=.
 */
import type { Table } from '../../../core/schema.ts'
import type { Features } from './features.ts'

/** 0: only the catalogue. 1: without touching the table's rows (an index is built). 2: the table is rebuilt inside the engine. 3: copied row by row. */
export type Level = 0 | 1 | 2 | 3

export interface Cost {
  readonly level: Level
  /** Writers wait. */
  readonly locks?: boolean
  /** Adds, drops or moves a column in the catalogue only: not beside anything that builds. */
  readonly instantColumn?: boolean
  /** Builds an index. */
  readonly builds?: boolean
}

export const FREE: Cost = { level: 0 }
export const COPY: Cost = { level: 3, locks: true }

export interface Way {
  readonly level: Level
  readonly locks: boolean
  /** Undefined: the server does not say (partitions), or it does not apply. */
  readonly name: string | undefined
}

/** The dearest of them. */
export function worstLevel(costs: readonly Cost[]): Level {
  return Math.max(0, ...costs.map((c) => c.level)) as Level
}

/** All clauses of one statement together. */
export function combine(f: Features, table: Table, costs: readonly Cost[]): Way {
  let level = worstLevel(costs)
  const columns = costs.some((c) => c.instantColumn)
  const others = costs.some((c) => c.builds || c.level >= 2)
  if (columns && others && level < 2) level = 2
  if (columns && !f.mariadb && level === 1) level = 2
  const special = table.indexes.some((i) => i.method === 'fulltext' || i.method === 'spatial')
  const locks = costs.some((c) => c.locks) || (level === 3 && !f.onlineCopy) || (level === 2 && special)
  return { level, locks: level === 3 && f.onlineCopy ? false : locks, name: nameOf(f, level) }
}

function nameOf(f: Features, level: Level): string {
  if (f.mariadb) return ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'][level]
  return ['INSTANT', 'INPLACE', 'INPLACE', 'COPY'][level]
}

/** Engines without a way of their own copy the table, but for what is in the catalogue alone. */
export function isInnodb(table: Table): boolean {
  return /^innodb$/i.test(table.options.engine ?? 'InnoDB')
}
