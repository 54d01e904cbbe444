/** Rules about constraints that are added to tables with rows. */
import type { Constraint, Node } from 'libpg-query'
import type { LintContext } from '../../rule.ts'
import type { Alteration } from '../alter.ts'
import { addedColumns, constraintAt } from '../columns.ts'
import { edited, insertAt, madeName, quoted, separately } from '../edit.ts'
import { as, memberKey, namesOf, shown, tableName } from '../node.ts'
import { at, existing, rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

interface Added {
  readonly alteration: Alteration
  readonly constraint: Constraint
}

/** Constraints of a kind that the statement adds to a table that was there before the script, checking the rows at once. */
function added(s: PostgresStatement, kind: Constraint['contype']): Added[] {
  return existing(s, 'AT_AddConstraint').flatMap((alteration) => {
    const constraint = as(alteration.cmd.def, 'Constraint')
    const checks = constraint?.contype === kind && constraint?.skip_validation !== true
    return constraint !== undefined && checks ? [{ alteration, constraint }] : []
  })
}

/** A transaction of the user's own holds its locks to the end, so that nothing is won by taking two statements. */
const canSplit = (s: PostgresStatement, context: LintContext): boolean =>
  s.known.transaction === null || (context.revision === true && !s.known.explicit)

/** The constraint NOT VALID, and a second statement that checks the rows with a weaker lock. */
function inTwoSteps(s: PostgresStatement, context: LintContext, a: Added, made: string | undefined) {
  const given = a.constraint.conname
  if (!canSplit(s, context) || (given === undefined && made === undefined)) return {}
  const { to } = a.alteration.span()
  const start = s.at(a.constraint.location)
  const name = given === undefined ? quoted(made ?? '') : writtenName(s, start)
  const naming = given === undefined ? [insertAt(start, `CONSTRAINT ${name} `)] : []
  const first = edited(s.sql, ...naming, insertAt(to, ' NOT VALID'))
  const second = `${a.alteration.head()} VALIDATE CONSTRAINT ${name};`
  return { fix: `${first}\n${separately(s, context.revision, second)}` }
}

/** The name behind the word CONSTRAINT, as the user wrote it. */
function writtenName(s: PostgresStatement, start: number): string {
  return s.tokens().filter((t) => t.from >= start)[1].text
}

const foreignKey = rule({
  code: 'foreign-key-validates',
  severity: 'error',
  title: 'A foreign key is added and checked in one statement',
  why: 'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE locks on both tables and keeps them while each row is looked up in the other table: nobody writes to either of them until it is done, and one orphan fails the statement.',
  safe: 'Add it NOT VALID, which is quick and holds for new rows; then check the old rows, during which all may read and write.\n\n```sql\nALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\n-- in another transaction:\nALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fkey;\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const keys = added(s, 'CONSTR_FOREIGN').map((a) => {
      const { table } = a.alteration
      const name = madeName(table.name, ...namesOf(a.constraint.fk_attrs), 'fkey')
      const message = `nobody writes to ${shown(table)} and ${shown(tableName(a.constraint.pktable))} while all rows are looked up`
      return at(a.alteration, message, inTwoSteps(s, context, a, name))
    })
    const columns = addedColumns(s).flatMap((c) => {
      const key = constraintAt(c.def, 'CONSTR_FOREIGN')
      if (key === undefined || constraintAt(c.def, 'CONSTR_DEFAULT') === undefined || c.alteration === undefined)
        return []
      return [
        at(
          c.alteration,
          `nobody uses ${shown(c.table)} while ${c.name} of all rows is looked up in ${shown(tableName(key.pktable))}`,
        ),
      ]
    })
    return [...keys, ...columns]
  },
})

/** Columns that an expression names, each once. */
function columnsIn(value: unknown): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(columnsIn))]
  if (typeof value !== 'object' || value === null) return []
  const own = namesOf(as(value as Node, 'ColumnRef')?.fields).slice(-1)
  return [...new Set([...own, ...Object.values(value).flatMap(columnsIn)])]
}

/** As the server names it: by the column, where it is about one. */
function checkName(table: string, constraint: Constraint): string | undefined {
  const columns = columnsIn(constraint.raw_expr)
  return madeName(table, ...(columns.length === 1 ? columns : []), 'check')
}

const check = rule({
  code: 'check-validates',
  severity: 'error',
  title: 'A CHECK is added and checked in one statement',
  why: 'ADD CHECK takes an ACCESS EXCLUSIVE lock and keeps it while every row is read: nobody reads or writes until it is done, and one row that breaks the rule fails the statement.',
  safe: 'Add it NOT VALID, which is quick and holds for new rows; then check the old rows under a lock that lets all read and write.\n\n```sql\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n-- in another transaction:\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const checks = added(s, 'CONSTR_CHECK').map((a) => {
      const { table } = a.alteration
      const message = `all rows of ${shown(table)} are read while nobody can use it`
      return at(a.alteration, message, inTwoSteps(s, context, a, checkName(table.name, a.constraint)))
    })
    const columns = addedColumns(s).flatMap((c) =>
      constraintAt(c.def, 'CONSTR_CHECK') === undefined || c.alteration === undefined
        ? []
        : [
            at(
              c.alteration,
              `all rows of ${shown(c.table)} are read for the CHECK of ${c.name} while nobody can use the table`,
            ),
          ],
    )
    return [...checks, ...columns]
  },
})

/** CREATE UNIQUE INDEX CONCURRENTLY, then the constraint over it; where the constraint is the plain kind. */
function overIndex(s: PostgresStatement, context: LintContext, { alteration, constraint: c }: Added) {
  const odd =
    c.indexspace !== undefined || c.options !== undefined || c.without_overlaps === true || c.including !== undefined
  if (!canSplit(s, context) || !alteration.single || alteration.only || odd) return {}
  const primary = c.contype === 'CONSTR_PRIMARY'
  const ending = primary ? ['pkey'] : [...namesOf(c.keys), 'key']
  const made = madeName(alteration.table.name, ...ending)
  if (c.conname === undefined && made === undefined) return {}
  const start = s.at(c.location)
  const tokens = s.tokens().filter((t) => t.from >= start)
  const name = c.conname === undefined ? quoted(made ?? '') : tokens[1].text
  const [open, close] = ['(', ')'].map((sign) => tokens.find((t) => t.text === sign))
  if (open === undefined || close === undefined) return {}
  const table = alteration.head().replace(/^alter table (if exists )?/i, '')
  const nulls = c.nulls_not_distinct === true ? ' NULLS NOT DISTINCT' : ''
  const index = `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} ${s.sql.slice(open.from, close.to)}${nulls};`
  const rest = edited(s.sql, {
    from: start,
    to: close.to,
    text: `CONSTRAINT ${name} ${primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${name}`,
  })
  return { fix: `${index}\n${rest}` }
}

const unique = rule({
  code: 'unique-builds-index',
  severity: 'error',
  title: 'UNIQUE or PRIMARY KEY builds its index while nobody can use the table',
  why: 'ADD UNIQUE and ADD PRIMARY KEY take an ACCESS EXCLUSIVE lock and keep it while all rows are read and sorted into an index: nobody reads or writes until it is done. One duplicate fails the statement.',
  safe: 'Build the index beside readers and writers, then take it for the constraint, which is quick.\n\n```sql\nCREATE UNIQUE INDEX CONCURRENTLY users_mail_key ON users (mail);\nALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE USING INDEX users_mail_key;\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const all = [...added(s, 'CONSTR_UNIQUE'), ...added(s, 'CONSTR_PRIMARY')].filter(
      (a) => a.constraint.indexname === undefined,
    )
    const constraints = all.map((a) =>
      at(
        a.alteration,
        `nobody uses ${shown(a.alteration.table)} while an index of all its rows is built`,
        overIndex(s, context, a),
      ),
    )
    const columns = addedColumns(s).flatMap((c) => {
      const key = constraintAt(c.def, 'CONSTR_UNIQUE') ?? constraintAt(c.def, 'CONSTR_PRIMARY')
      if (key === undefined || c.alteration === undefined) return []
      return [at(c.alteration, `nobody uses ${shown(c.table)} while an index over ${c.name} of all rows is built`)]
    })
    return [...constraints, ...columns]
  },
})

const exclusion = rule({
  code: 'exclusion-constraint',
  severity: 'error',
  title: 'An EXCLUDE constraint is added',
  why: 'ADD EXCLUDE builds its index under an ACCESS EXCLUSIVE lock: nobody reads or writes until all rows are in it. It knows neither NOT VALID nor USING INDEX, so nothing shortens it.',
  safe: 'Add it in a quiet hour with a lock_timeout, or make a new table with the constraint, fill it in portions and change their names.\n\n```sql\nCREATE TABLE bookings_new (LIKE bookings INCLUDING ALL, EXCLUDE USING gist (room WITH =, during WITH &&));\n```',
  bySize: true,
  check: (s) =>
    added(s, 'CONSTR_EXCLUSION').map((a) =>
      at(a.alteration, `nobody uses ${shown(a.alteration.table)} while the index of the constraint is built`),
    ),
})

const validateTogether = rule({
  code: 'validate-in-same-transaction',
  severity: 'error',
  title: 'NOT VALID and VALIDATE in one transaction',
  why: 'ADD CONSTRAINT … NOT VALID takes its strong lock for a moment only, but a transaction keeps it to its end: VALIDATE in the same transaction reads all rows under the strong lock, and nothing is won.',
  safe: 'Commit in between. In a revision put `-- naru:no-transaction` before VALIDATE.\n\n```sql\nBEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\nCOMMIT;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n```',
  bySize: true,
  check: (s) =>
    existing(s, 'AT_ValidateConstraint')
      .filter((a) => s.known.notValid.has(memberKey(a.table, a.cmd.name ?? '')))
      .map((a) =>
        at(
          a,
          `${a.cmd.name} was added in the same transaction: all rows of ${shown(a.table)} are read under its strong lock`,
        ),
      ),
})

export const CONSTRAINT = [foreignKey, check, unique, exclusion, validateTogether]
