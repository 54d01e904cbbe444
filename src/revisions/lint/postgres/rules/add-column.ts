/** Rules about new columns of tables that are in use. */
import type { Found } from '../../rule.ts'
import { addedColumns, constraintAt, isType, type MadeColumn } from '../columns.ts'
import { shown } from '../node.ts'
import { rule } from '../postgres-rule.ts'
import { atLeast } from '../version.ts'
import { volatility } from '../volatile.ts'

const SERIAL = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial'])

const nameOf = (c: MadeColumn): string => `${shown(c.table)}.${c.name}`

function at(c: MadeColumn, message: string, severity?: Found['severity']): Found {
  return { message, table: c.table, ...c.alteration?.span(), ...(severity !== undefined && { severity }) }
}

const addColumnDefault = rule({
  code: 'add-column-default',
  severity: 'error',
  title: 'A new column whose default must be written into every row',
  why: 'ADD COLUMN takes an ACCESS EXCLUSIVE lock. A default that is the same for all rows (a constant, `now()`) is kept in the catalogue since PostgreSQL 11, and is there at once. One that differs from row to row (`random()`, `gen_random_uuid()`, `nextval()`) rewrites the whole table with all its indexes under that lock: nobody reads or writes until it is done. Before PostgreSQL 11 every default does so.',
  safe: 'Add the column without a default, set the default for rows to come, then fill the old rows in small portions, outside of this transaction.\n\n```sql\nALTER TABLE orders ADD COLUMN token uuid;\nALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();\n-- then, in portions:\nUPDATE orders SET token = gen_random_uuid() WHERE token IS NULL AND id BETWEEN 1 AND 10000;\n```',
  bySize: true,
  check(s, { context }) {
    return addedColumns(s).flatMap((c) => {
      const value = constraintAt(c.def, 'CONSTR_DEFAULT')
      if (value === undefined) return []
      const kind = volatility(value.raw_expr)
      const old = context.version !== undefined && !atLeast(context.version, 11)
      if (old || kind === 'volatile')
        return [
          at(
            c,
            `the default of ${nameOf(c)} is written into every row: the table is rewritten and nobody can use it meanwhile`,
          ),
        ]
      if (kind === 'steady') return []
      return [
        at(
          c,
          `the default of ${nameOf(c)} calls a function: unless that is STABLE or IMMUTABLE, the table is rewritten and nobody can use it meanwhile`,
          'warning',
        ),
      ]
    })
  },
})

const addColumnNotNull = rule({
  code: 'add-column-not-null',
  severity: 'error',
  title: 'A new column that is NOT NULL and has no default',
  why: 'Rows that are there would have NULL in it, so the statement fails on every table that is not empty. Even where the table is empty, programs that were written before do not name the column, and each of their INSERTs fails.',
  safe: "Give it a default, or add it without NOT NULL, fill it, and forbid NULL then (see `set-not-null`).\n\n```sql\nALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';\n```",
  check(s) {
    return addedColumns(s).flatMap((c) => {
      const must = constraintAt(c.def, 'CONSTR_NOTNULL') ?? constraintAt(c.def, 'CONSTR_PRIMARY')
      const given = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const
      if (must === undefined || given.some((kind) => constraintAt(c.def, kind))) return []
      if (isType(s, c.def, SERIAL)) return []
      return [
        at(
          c,
          `${nameOf(c)} is NOT NULL without a default: fails if ${shown(c.table)} has rows, and programs that do not name it can insert no more`,
        ),
      ]
    })
  },
})

const addColumnGenerated = rule({
  code: 'add-column-generated',
  severity: 'error',
  title: 'A new generated column that is stored',
  why: 'A column GENERATED ALWAYS AS … STORED is computed for every row while an ACCESS EXCLUSIVE lock is held: the table is rewritten, and nobody reads or writes until it is done. SET EXPRESSION (PostgreSQL 17) does the same.',
  safe: 'Add an ordinary column, keep it filled by a trigger, and fill old rows in portions. From PostgreSQL 18 a VIRTUAL column is there at once; often a view or an index on the expression does.\n\n```sql\nCREATE INDEX CONCURRENTLY users_mail_idx ON users (lower(mail));\n```',
  bySize: true,
  check(s) {
    const added = addedColumns(s)
      .filter((c) => constraintAt(c.def, 'CONSTR_GENERATED')?.generated_kind === 's')
      .map((c) =>
        at(c, `${nameOf(c)} is computed for every row: the table is rewritten and nobody can use it meanwhile`),
      )
    const changed = s.alterations
      .filter((a) => a.kind === 'AT_SetExpression' && !s.known.isNew(a.table))
      .map((a) => ({
        message: `${shown(a.table)}.${a.cmd.name} is computed anew for every row while nobody can use the table`,
        table: a.table,
        ...a.span(),
      }))
    return [...added, ...changed]
  },
})

const addColumnAutoIncrement = rule({
  code: 'add-column-auto-increment',
  severity: 'error',
  title: 'A new column that numbers the rows',
  why: 'serial and identity columns take the next value of a sequence for each row that is there: the whole table and all its indexes are rewritten under an ACCESS EXCLUSIVE lock. Replicas may number the rows otherwise when they replay statements.',
  safe: "Add the column empty, give it a sequence as its default, fill old rows in portions, then make it NOT NULL and a key.\n\n```sql\nCREATE SEQUENCE orders_number_seq;\nALTER TABLE orders ADD COLUMN number bigint;\nALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_seq');\n```",
  bySize: true,
  check(s) {
    return addedColumns(s)
      .filter((c) => isType(s, c.def, SERIAL) || constraintAt(c.def, 'CONSTR_IDENTITY') !== undefined)
      .map((c) => at(c, `${nameOf(c)} numbers every row: the table is rewritten and nobody can use it meanwhile`))
  },
})

export const ADD_COLUMN = [addColumnDefault, addColumnNotNull, addColumnGenerated, addColumnAutoIncrement]
