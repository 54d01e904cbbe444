/** Rules about rows, and about SQL that lint cannot see. */
import { as, shown, tableName } from '../node.ts'
import { rule } from '../postgres-rule.ts'

const writeAll = rule({
  code: 'write-without-where',
  severity: 'warning',
  title: 'UPDATE or DELETE of all rows',
  why: 'All rows are written in one statement: they stay locked until it commits, dead versions of all of them fill the table and its indexes, replicas lag behind, and a failure near the end loses all of it.',
  safe: 'Write in portions by the key, each with a transaction of its own.\n\n```sql\nUPDATE users SET active = true WHERE active IS NULL AND id BETWEEN 1 AND 10000;\n```',
  bySize: true,
  check(s) {
    const statement = as(s.node, 'UpdateStmt') ?? as(s.node, 'DeleteStmt')
    if (statement === undefined || statement.whereClause !== undefined) return []
    const table = tableName(statement.relation)
    if (s.known.isNew(table)) return []
    const verb = as(s.node, 'UpdateStmt') === undefined ? 'deleted' : 'written'
    return [{ message: `all rows of ${shown(table)} are ${verb} in one statement`, table }]
  },
})

const doBlock = rule({
  code: 'unseen-sql',
  severity: 'note',
  title: 'SQL within DO or EXECUTE is not read',
  why: 'Lint reads statements, not programs: what a DO block does, it does unseen, and no rule has looked at it.',
  safe: 'Write plain statements where that is possible; otherwise read the block with these rules in mind.\n\n```sql\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\n```',
  check: (s) => (as(s.node, 'DoStmt') === undefined ? [] : [{ message: 'what this block does is not read' }]),
})

const enumInTransaction = rule({
  code: 'enum-value-in-transaction',
  severity: 'error',
  title: 'ALTER TYPE … ADD VALUE in a transaction before PostgreSQL 12',
  why: 'PostgreSQL 11 and older refuse ADD VALUE between BEGIN and COMMIT, unless the type was made there too.',
  safe: "Give it a script without a transaction. (In a revision naru runs it apart by itself.)\n\n```sql\nALTER TYPE state ADD VALUE 'closed';\n```",
  check(s, { context }) {
    const change = as(s.node, 'AlterEnumStmt')
    const old = Number.parseInt(context.version ?? '12', 10) < 12
    if (change?.newVal === undefined || change.oldVal !== undefined || !old || s.known.transaction === null) return []
    return [{ message: `PostgreSQL ${context.version} refuses to add '${change.newVal}' in a transaction` }]
  },
})

/** Text constants anywhere in a statement. */
function constants(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(constants)
  if (typeof value !== 'object' || value === null) return []
  const own =
    'A_Const' in value ? (value.A_Const as { readonly sval?: { readonly sval?: string } }).sval?.sval : undefined
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(constants)]
}

const enumUsed = rule({
  code: 'enum-value-used',
  severity: 'error',
  title: 'A new value of an enum is used in the transaction that adds it',
  why: 'The server refuses a value that was added by the same transaction ("unsafe use of new value"): in rows, defaults, CHECKs and comparisons alike. Only where the type itself is as new it may be used.',
  safe: "Commit between the two. (In a revision naru does so by itself: it runs ADD VALUE apart.)\n\n```sql\nALTER TYPE state ADD VALUE 'closed';\nCOMMIT;\nUPDATE orders SET state = 'closed' WHERE closed_at IS NOT NULL;\n```",
  check(s) {
    if (s.known.enumValues.length === 0 || as(s.node, 'AlterEnumStmt') !== undefined) return []
    const used = constants(s.node).find((text) => s.known.enumValues.includes(text))
    return used === undefined
      ? []
      : [{ message: `'${used}' was added to its enum by the same transaction: the server refuses its use` }]
  },
})

export const DATA = [writeAll, doBlock, enumInTransaction, enumUsed]
