/** A pair of MySQL or MariaDB schemas: what leads from one to the other must lead back as well. */
import type { Rename } from '../../src/diff/rename-map.ts'

export interface Pair {
  readonly name: string
  readonly from: string
  readonly to: string
  /** Put into the from side; values that fit both sides. */
  readonly rows?: string
  readonly renames?: readonly Rename[]
  /** How the server goes about the first statement on a table, where that is worth saying. */
  readonly algorithm?: string
}

/** A pair whose table t differs in its columns; `rows`: values for the columns of the from side. */
export function columns(name: string, from: string, to: string, values: string, algorithm?: string): Pair {
  return {
    name,
    from: `CREATE TABLE t (id int PRIMARY KEY${from === '' ? '' : `, ${from}`})`,
    to: `CREATE TABLE t (id int PRIMARY KEY${to === '' ? '' : `, ${to}`})`,
    rows: `INSERT INTO t VALUES ${values}`,
    algorithm,
  }
}
