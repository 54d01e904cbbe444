/** What is known before a statement runs: tables that the script made itself, and the transaction that is open. */
import type { Node, RangeVar } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import type { LintContext } from '../rule.ts'
import { as, tableName } from './node.ts'

export interface Known {
  /** An earlier statement of the script made the table (or view): nobody uses it yet, and it has no more rows than the script gave it. */
  isNew(table: ObjectName): boolean
  /** Number of the transaction that the statement runs in with others; null: each statement has its own. */
  readonly transaction: number | null
  /** It was opened by a statement of the script. */
  readonly explicit: boolean
}

/** Names that were made, with the number of the statement that made them. */
interface Memory {
  readonly made: Map<string, number>
  statements: number
  transaction: number | null
  explicit: boolean
  transactions: number
}

/** Without a schema a name means the first place of search_path that has it, which for new tables is public. */
const key = ({ schema, name }: ObjectName): string => JSON.stringify([schema ?? 'public', name])

function madeBy(node: Node): RangeVar | undefined {
  return (
    as(node, 'CreateStmt')?.relation ??
    as(node, 'CreateTableAsStmt')?.into?.rel ??
    as(node, 'ViewStmt')?.view ??
    as(node, 'CreateForeignTableStmt')?.base?.relation ??
    as(node, 'SelectStmt')?.intoClause?.rel
  )
}

function learnTransaction(m: Memory, node: Node): void {
  const kind = as(node, 'TransactionStmt')?.kind
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') {
    m.transaction = ++m.transactions
    m.explicit = true
  } else if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' || kind === 'TRANS_STMT_PREPARE') {
    m.transaction = null
    m.explicit = false
  }
}

/** Gives, statement after statement, what was known before it. */
export function knowing(context: LintContext): (node: Node) => Known {
  const m: Memory = {
    made: new Map(),
    statements: 0,
    transaction: context.inTransaction ? 0 : null,
    explicit: false,
    transactions: 0,
  }
  return (node) => {
    const now = m.statements++
    const { transaction, explicit } = m
    const isNew = (table: ObjectName) => (m.made.get(key(table)) ?? now) < now
    const made = madeBy(node)
    if (made !== undefined && !m.made.has(key(tableName(made)))) m.made.set(key(tableName(made)), now)
    learnTransaction(m, node)
    return { isNew, transaction, explicit }
  }
}
