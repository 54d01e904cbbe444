/** Rules about new tables, and about scripts that run twice. */
import type { Constraint } from 'libpg-query'
import { constraintAt } from '../columns.ts'
import { type Edit, edited, insertAfter } from '../edit.ts'
import { as, namesOf, shown, tableKey, tableName } from '../node.ts'
import { rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

/** Constraints of CREATE TABLE: at its columns, and at its end; those of a column with its name. */
function constraintsOf(
  s: PostgresStatement,
): { readonly constraint: Constraint; readonly columns: readonly string[] }[] {
  return (as(s.node, 'CreateStmt')?.tableElts ?? []).flatMap((element) => {
    const own = as(element, 'Constraint')
    if (own !== undefined) return [{ constraint: own, columns: namesOf(own.keys ?? own.fk_attrs) }]
    const def = as(element, 'ColumnDef')
    return (def?.constraints ?? []).flatMap((c) => {
      const constraint = as(c, 'Constraint')
      return constraint === undefined ? [] : [{ constraint, columns: [def?.colname ?? ''] }]
    })
  })
}

/** ALTER TABLE and CREATE INDEX by the table that they are about: asked for each new table. */
const about = new WeakMap<readonly PostgresStatement[], Map<string, PostgresStatement[]>>()

/** Statements of the script that alter the table or index it. */
function alsoOf(statements: readonly PostgresStatement[], table: string): readonly PostgresStatement[] {
  const known =
    about.get(statements) ??
    Map.groupBy(statements, (s) =>
      tableKey(tableName((as(s.node, 'AlterTableStmt') ?? as(s.node, 'IndexStmt'))?.relation)),
    )
  about.set(statements, known)
  return known.get(table) ?? []
}

/** ALTER TABLE may give it. */
function keyComesLater(also: readonly PostgresStatement[]): boolean {
  return also.some((l) =>
    l.alterations.some((a) => {
      const def = as(a.cmd.def, 'ColumnDef')
      const own = def !== undefined && constraintAt(def, 'CONSTR_PRIMARY') !== undefined
      return own || as(a.cmd.def, 'Constraint')?.contype === 'CONSTR_PRIMARY'
    }),
  )
}

const primaryKey = rule({
  code: 'table-without-primary-key',
  severity: 'warning',
  title: 'A table without a primary key',
  why: 'Rows cannot be told apart: logical replication refuses UPDATE and DELETE of a published table, tools that copy or compare in portions (naru too) have nothing to go by, and duplicates cannot be removed one by one.',
  safe: 'Give it one.\n\n```sql\nCREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, page text);\n```',
  check(s, { statements }) {
    const create = as(s.node, 'CreateStmt')
    const table = tableName(create?.relation)
    if (create === undefined || create.relation?.relpersistence === 't' || create.ofTypename !== undefined) return []
    const inherits =
      create.inhRelations !== undefined || (create.tableElts ?? []).some((e) => as(e, 'TableLikeClause') !== undefined)
    if (inherits || constraintsOf(s).some((c) => c.constraint.contype === 'CONSTR_PRIMARY')) return []
    return keyComesLater(alsoOf(statements, tableKey(table)))
      ? []
      : [{ message: `rows of ${shown(table)} cannot be told apart`, table }]
  },
})

const INDEXED: ReadonlySet<string | undefined> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE'])

const keyWithoutIndex = rule({
  code: 'foreign-key-without-index',
  severity: 'note',
  title: 'A foreign key whose columns have no index',
  why: 'PostgreSQL makes none by itself: each DELETE, and each change of a key, in the other table reads this whole table to find rows that refer to it, while it holds its locks.',
  safe: 'Make the index together with the table.\n\n```sql\nCREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders);\nCREATE INDEX lines_order_idx ON lines (order_id);\n```',
  check(s, { statements }) {
    const table = tableName(as(s.node, 'CreateStmt')?.relation)
    const all = constraintsOf(s)
    const keys = all.filter((c) => c.constraint.contype === 'CONSTR_FOREIGN')
    if (keys.length === 0) return []
    const indexes = alsoOf(statements, tableKey(table)).map((l) =>
      (as(l.node, 'IndexStmt')?.indexParams ?? []).map((p) => as(p, 'IndexElem')?.name ?? ''),
    )
    const first = new Set(
      [...all.filter((c) => INDEXED.has(c.constraint.contype)).map((c) => c.columns), ...indexes].map(
        (columns) => columns[0],
      ),
    )
    return keys
      .filter((key) => !first.has(key.columns[0]))
      .map((key) => ({
        message: `no index of ${shown(table)} begins with ${key.columns[0]}: deleting in ${shown(tableName(key.constraint.pktable))} reads all of it`,
        table,
        from: s.at(key.constraint.location),
      }))
  },
})

const tableAs = rule({
  code: 'create-table-as',
  severity: 'note',
  title: 'CREATE TABLE AS',
  why: 'The table gets names and types of the query and nothing else: no key, no NOT NULL, no default, no comment, no privilege; and the query runs to its end in one statement.',
  safe: 'Make the table, then fill it.\n\n```sql\nCREATE TABLE totals (day date PRIMARY KEY, total numeric NOT NULL);\nINSERT INTO totals SELECT day, sum(total) FROM orders GROUP BY day;\n```',
  check(s) {
    const made = as(s.node, 'CreateTableAsStmt')
    const into = made?.objtype === 'OBJECT_TABLE' ? made.into?.rel : as(s.node, 'SelectStmt')?.intoClause?.rel
    if (into === undefined || into.relpersistence === 't') return []
    return [{ message: `${shown(tableName(into))} gets no key, no NOT NULL and no default`, table: tableName(into) }]
  },
})

/** The word behind which IF NOT EXISTS belongs. */
function creates(s: PostgresStatement): string | undefined {
  const table = as(s.node, 'CreateStmt')
  if (table !== undefined && table.if_not_exists !== true) return 'table'
  const schema = as(s.node, 'CreateSchemaStmt')
  if (schema !== undefined && schema.if_not_exists !== true) return 'schema'
  const sequence = as(s.node, 'CreateSeqStmt')
  if (sequence !== undefined && sequence.if_not_exists !== true) return 'sequence'
  const extension = as(s.node, 'CreateExtensionStmt')
  return extension !== undefined && extension.if_not_exists !== true ? 'extension' : undefined
}

const DROPPED: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_INDEX: 'index',
}

function robustEdits(s: PostgresStatement): Edit[] {
  const made = creates(s)
  if (made !== undefined) return [insertAfter(s, made, 'IF NOT EXISTS')]
  const drop = as(s.node, 'DropStmt')
  const word = DROPPED[drop?.removeType ?? '']
  if (drop !== undefined && word !== undefined && drop.missing_ok !== true) {
    return [insertAfter(s, drop.concurrent === true ? 'concurrently' : word, 'IF EXISTS')]
  }
  return s.alterations.flatMap((a) => {
    const { from } = a.span()
    if (a.kind !== 'AT_AddColumn' && a.kind !== 'AT_DropColumn' && a.kind !== 'AT_DropConstraint') return []
    if (a.cmd.missing_ok === true) return []
    const verb = s.tokens().filter((t) => t.from >= from)
    const behind = ['column', 'constraint'].includes(verb[1].text.toLowerCase()) ? verb[1] : verb[0]
    return [{ from: behind.to, to: behind.to, text: a.kind === 'AT_AddColumn' ? ' IF NOT EXISTS' : ' IF EXISTS' }]
  })
}

const leavesNothing = (s: PostgresStatement): boolean =>
  as(s.node, 'VariableSetStmt') !== undefined || as(s.node, 'SelectStmt') !== undefined

/** Of one statement nothing is left when it fails. */
function isSingle(statements: readonly PostgresStatement[]): boolean {
  const first = statements.findIndex((s) => !leavesNothing(s))
  return statements.findIndex((s, i) => i > first && !leavesNothing(s)) < 0
}

const robust = rule({
  code: 'not-repeatable',
  severity: 'note',
  title: 'A script that cannot be run again after it broke off',
  why: 'Statements without a transaction are final one by one: when a later one fails, the script must run again from its beginning, and fails at the first thing that is there already. (Not said of CREATE INDEX CONCURRENTLY: there IF NOT EXISTS would take an INVALID index for a good one.)',
  safe: 'One transaction around it all, or IF NOT EXISTS and IF EXISTS.\n\n```sql\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\n```',
  fixable: true,
  check(s, { statements, context }) {
    if (context.revision === true || s.known.transaction !== null || isSingle(statements)) return []
    const edits = robustEdits(s)
    return edits.length === 0
      ? []
      : [{ message: 'fails when the script is run a second time', fix: edited(s.sql, ...edits) }]
  },
})

export const TABLE = [primaryKey, keyWithoutIndex, tableAs, robust]
