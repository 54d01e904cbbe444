/** What is known before a statement runs: what earlier statements of the script made, and the transaction that is open. */
import type { Node } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import type { LintContext } from '../rule.ts'
import { exclusiveTables } from './locks.ts'
import { learnTables, newTables, type TableMemory } from './made.ts'
import { as, memberKey, tableKey, tableName } from './node.ts'

export interface Known {
  /** An earlier statement of the script made the table (or view): nobody uses it yet, and it has no more rows than the script gave it. */
  isNew(table: ObjectName): boolean
  /** Its rows were proven to hold no NULL in the column, by a CHECK that is valid. */
  isNotNull(table: ObjectName, column: string): boolean
  /** A CHECK was added to the table, by which its rows may be known to fit a partition. */
  isChecked(table: ObjectName): boolean
  /** Number of the transaction that the statement runs in with others; null: it has its own. */
  readonly transaction: number | null
  /** It was opened by a statement of the script. */
  readonly explicit: boolean
  /** lock_timeout was set. */
  readonly lockTimeout: boolean
  /** The first table not made by the script that an earlier statement of the same transaction took from everybody (ACCESS EXCLUSIVE). */
  readonly held: ObjectName | undefined
  /** Whether an earlier statement of the same transaction took the table so. */
  holds(table: ObjectName): boolean
  /** Constraints that the same transaction added NOT VALID, by `memberKey`. */
  readonly notValid: ReadonlySet<string>
  /** Values that the same transaction added to enums that it did not make. */
  readonly enumValues: readonly string[]
}

/** What the end of a transaction forgets. */
interface Transaction {
  readonly first: ObjectName | undefined
  /** Tables by `tableKey`, each with the number of the statement that took it: grows, so that those before can be told. */
  readonly taken: Map<string, number>
  readonly notValid: ReadonlySet<string>
  readonly enumValues: readonly string[]
}

interface Memory {
  readonly tables: TableMemory
  readonly types: Set<string>
  now: number
  transaction: number | null
  explicit: boolean
  /** Transactions so far. */
  count: number
  lockTimeout: boolean
  held: Transaction
}

const nothing = (): Transaction => ({ first: undefined, taken: new Map(), notValid: new Set(), enumValues: [] })

function begin(m: Memory, transaction: number | null, explicit: boolean): void {
  m.transaction = transaction
  m.explicit = explicit
  m.held = nothing()
}

/** BEGIN, COMMIT and the like; true where the statement was one. */
function learnTransaction(m: Memory, node: Node): boolean {
  const statement = as(node, 'TransactionStmt')
  switch (statement?.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      if (!m.explicit) begin(m, ++m.count, true)
      return true
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_PREPARE':
      begin(m, statement.chain === true ? ++m.count : null, statement.chain === true)
      return true
    default:
      return statement !== undefined
  }
}

function learnTimeout(m: Memory, node: Node): void {
  const set = as(node, 'VariableSetStmt')
  if (set?.name === 'lock_timeout') m.lockTimeout = set.kind === 'VAR_SET_VALUE'
  const [target] = as(node, 'SelectStmt')?.targetList ?? []
  const call = as(as(target, 'ResTarget')?.val, 'FuncCall')
  const [argument] = call?.args ?? []
  if (as(argument, 'A_Const')?.sval?.sval === 'lock_timeout') m.lockTimeout = true
}

function addedNotValid(node: Node): string[] {
  const statement = as(node, 'AlterTableStmt')
  return (statement?.cmds ?? []).flatMap((cmd) => {
    const constraint = as(as(cmd, 'AlterTableCmd')?.def, 'Constraint')
    if (constraint?.skip_validation !== true || constraint.conname === undefined) return []
    return [memberKey(tableName(statement?.relation), constraint.conname)]
  })
}

function learnHeld(m: Memory, node: Node): void {
  const { taken } = m.held
  const locked = exclusiveTables(node).filter((t) => !newTables(m.tables, t, m.now) && !taken.has(tableKey(t)))
  for (const table of locked) taken.set(tableKey(table), m.now)
  const notValid = addedNotValid(node)
  const value = as(node, 'AlterEnumStmt')
  const type = JSON.stringify(value?.typeName)
  const added = value?.newVal !== undefined && value.oldVal === undefined && !m.types.has(type) ? [value.newVal] : []
  const made = as(node, 'CreateEnumStmt')?.typeName
  if (made !== undefined) m.types.add(JSON.stringify(made))
  if (locked.length + notValid.length + added.length === 0) return
  m.held = {
    first: m.held.first ?? locked[0],
    taken,
    notValid: new Set([...m.held.notValid, ...notValid]),
    enumValues: [...m.held.enumValues, ...added],
  }
}

function knownOf({ first, taken, notValid, enumValues }: Transaction, now: number) {
  return {
    held: first,
    holds: (table: ObjectName) => (taken.get(tableKey(table)) ?? now) < now,
    notValid,
    enumValues,
  }
}

function learn(m: Memory, node: Node, alone: boolean): void {
  learnTimeout(m, node)
  learnTables(m.tables, node, m.now)
  if (learnTransaction(m, node)) return
  if (alone) begin(m, ++m.count, false)
  else if (m.transaction !== null) learnHeld(m, node)
}

/** Gives, statement after statement, what was known before it; `said`: naru runs it outside of the transaction of a revision. */
export function knowing(context: LintContext): (node: Node, alone: boolean) => Known {
  const tables: TableMemory = { made: new Map(), checks: new Map(), notNull: new Map(), checked: new Map() }
  const transaction = context.inTransaction ? 0 : null
  const m: Memory = {
    tables,
    types: new Set(),
    now: 0,
    transaction,
    explicit: false,
    count: 0,
    lockTimeout: false,
    held: nothing(),
  }
  return (node, said) => {
    const now = m.now
    const alone = said && !m.explicit
    const known: Known = {
      isNew: (table) => newTables(tables, table, now),
      isNotNull: (table, column) => (tables.notNull.get(memberKey(table, column)) ?? now) < now,
      isChecked: (table) => (tables.checked.get(tableKey(table)) ?? now) < now,
      transaction: alone ? null : m.transaction,
      explicit: m.explicit,
      lockTimeout: m.lockTimeout,
      ...knownOf(alone ? nothing() : m.held, now),
    }
    learn(m, node, alone)
    m.now++
    return known
  }
}
