/** Questions about statements that write rows, the same in MySQL and SQLite. */
import type { Found } from '../rule.ts'
import type { InsertHow } from './act.ts'
import type { PlacedTable } from './cursor.ts'
import { shown } from './edit.ts'
import { isMade, type Statement } from './known.ts'

const about = (table: PlacedTable | null): Pick<Found, 'table'> => (table === null ? {} : { table: table.name })

const nameOf = (table: PlacedTable | null): string => (table === null ? 'the table' : shown(table.name))

/** UPDATE or DELETE of every row of a table that the script did not make. */
export function withoutWhere(statement: Statement): readonly Found[] {
  const { act } = statement
  if ((act.kind !== 'update' && act.kind !== 'delete') || act.where || act.limit) return []
  if (act.table === null || isMade(statement, act.table.name)) return []
  const all = act.kind === 'update' ? 'changes every row of' : 'deletes every row of'
  return [
    {
      message: `${statement.tokens()[0].word} ${all} ${shown(act.table.name)} in one transaction`,
      ...about(act.table),
    },
  ]
}

/** INSERT in a way other than plain; `message` gets the name of the table. Tables that the script made hold nothing to be lost. */
export function inserting(
  how: InsertHow,
  message: (table: string) => string,
): (statement: Statement) => readonly Found[] {
  return (statement) => {
    const { act } = statement
    if (act.kind !== 'insert' || act.how !== how) return []
    if (act.table !== null && isMade(statement, act.table.name)) return []
    return [{ message: message(nameOf(act.table)), ...about(act.table) }]
  }
}

/** INSERT that names no columns. Of a table that the script made, the order stands in the script. */
export function withoutColumns(statement: Statement): readonly Found[] {
  const { act } = statement
  if (act.kind !== 'insert' || act.columns || act.table === null || isMade(statement, act.table.name)) return []
  return [{ message: `the values for ${shown(act.table.name)} go by the order of its columns`, ...about(act.table) }]
}

/** CREATE TABLE … SELECT of a table that stays. */
export function madeByQuery({ act }: Statement): readonly Found[] {
  if (act.kind !== 'create-table' || act.source !== 'select' || act.temporary) return []
  const { name, from, to } = act.table
  return [{ message: `${shown(name)} gets rows of a query, but no keys of its own`, table: name, from, to }]
}
