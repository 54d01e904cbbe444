/** Rules about what ends transactions, and about locks and settings that outlive a script. */
import { shown } from '../text/edit.ts'
import { isMade, type Statement } from '../text/known.ts'
import { rule } from './mysql-rule.ts'

const DDL = new Set([
  'create-table',
  'alter-table',
  'create-index',
  'drop-index',
  'drop-table',
  'create-object',
  'drop-object',
  'rename-table',
  'truncate',
])

/** Statements that commit what was open before them; temporary tables come and go without. */
function commits({ act }: Statement): boolean {
  return DDL.has(act.kind) && !('temporary' in act && act.temporary)
}

export const implicitCommit = rule({
  code: 'implicit-commit',
  severity: 'error',
  title: 'DDL inside a transaction commits it',
  why: 'MySQL and MariaDB commit the open transaction before every CREATE, ALTER, DROP, RENAME and TRUNCATE, and again behind it. ROLLBACK no longer undoes what stands before, and what follows runs without a transaction.',
  safe: "Keep DDL out of transactions; put the changes of rows into a transaction (or a revision) of their own behind it.\n\n```sql\nALTER TABLE orders ADD COLUMN state VARCHAR(20), ALGORITHM=INSTANT;\nSTART TRANSACTION;\nUPDATE orders SET state = 'new' WHERE id BETWEEN 1 AND 10000;\nCOMMIT;\n```",
  check(statement) {
    if (!statement.known.begun || !commits(statement)) return []
    const word = statement.tokens()[0].word
    return [
      {
        message: `${word} commits the transaction that was begun before: nothing of it can be rolled back`,
        ...placeOfHead(statement),
      },
    ]
  },
})

function placeOfHead(statement: Statement) {
  const [{ from, to }] = statement.tokens()
  return { from, to }
}

const isWrite = ({ act }: Statement): boolean => act.kind === 'insert' || act.kind === 'update' || act.kind === 'delete'

export const ddlMixedWithDml = rule({
  code: 'ddl-mixed-with-dml',
  severity: 'note',
  title: 'One script changes structure and rows',
  why: 'DDL cannot be rolled back: if a later statement fails, the script is half applied and running it again fails at what is there already, or changes the rows a second time.',
  safe: 'Put the structure and the rows into two revisions, the one with rows in one transaction; or write statements that may run twice (IF NOT EXISTS, WHERE state IS NULL).\n\n```sql\nALTER TABLE orders ADD COLUMN state VARCHAR(20), ALGORITHM=INSTANT;\n```',
  check(statement, { statements, index }) {
    const { act } = statement
    if (act.kind !== 'update' && act.kind !== 'delete' && act.kind !== 'insert') return []
    // Rows of tables that the script made go with them.
    if (act.table === null || isMade(statement, act.table.name)) return []
    const before = statements.slice(0, index)
    if (before.some((s) => isWrite(s) && !ofMade(s)) || !statements.some((s) => commits(s))) return []
    return [
      {
        message: `rows of ${shown(act.table.name)} change in one script with DDL: if it stops, it is half applied`,
        ...placeOfHead(statement),
      },
    ]
  },
})

function ofMade(statement: Statement): boolean {
  const { act } = statement
  return 'table' in act && act.table !== null && isMade(statement, act.table.name)
}

export const lockTables = rule({
  code: 'lock-table',
  severity: 'warning',
  title: 'Tables are locked by hand',
  why: 'LOCK TABLES and FLUSH TABLES WITH READ LOCK wait for every running statement and keep all later ones waiting, until the connection unlocks or ends. LOCK TABLES also commits the open transaction, and tables that are not named cannot be used any more.',
  safe: 'Lock rows in a transaction (SELECT … FOR UPDATE), or one name with GET_LOCK(). Dumps lock by themselves: `--single-transaction` does not need it.\n\n```sql\nSTART TRANSACTION;\nSELECT total FROM orders WHERE id = 1 FOR UPDATE;\nCOMMIT;\n```',
  check({ act, ...statement }) {
    if (
      act.kind !== 'maintain' ||
      !(
        act.what === 'LOCK TABLES' ||
        (act.what === 'FLUSH TABLES' && statement.tokens().some((t) => t.word === 'LOCK'))
      )
    )
      return []
    const names = act.tables.map((t) => shown(t.name)).join(', ')
    return [{ message: `${act.what} keeps others from ${names === '' ? 'all tables' : names} until it is undone` }]
  },
})

export const setGlobal = rule({
  code: 'set-global',
  severity: 'warning',
  title: 'A setting of the whole server changes',
  why: 'SET GLOBAL holds for all new connections of every database until the server restarts (SET PERSIST beyond that), needs rights that applications should not have, does not change the session that says it, and is not replicated.',
  safe: 'Set it for the session (SET SESSION), or in the configuration of the server.\n\n```sql\nSET SESSION lock_wait_timeout = 5;\n```',
  check({ act }) {
    if (act.kind !== 'set' || act.scope !== 'global') return []
    return [{ message: `${[...act.values.keys()].join(', ')} changes for the whole server` }]
  },
})

export const foreignKeyChecksOff = rule({
  code: 'foreign-key-checks-off',
  severity: 'warning',
  title: 'Foreign keys are not checked',
  why: 'With foreign_key_checks=0 rows without a parent get in, parents go without their children, cascades do not run, and turning it on again checks nothing that came in meanwhile.',
  safe: 'Order the statements so that parents come first. Where it must be off, turn it on again in the same script and look for orphans by a query.\n\n```sql\nINSERT INTO customers (id) VALUES (1);\nINSERT INTO orders (id, customer) VALUES (1, 1);\n```',
  check({ act }, { statements, index }) {
    if (act.kind !== 'set' || act.values.get('foreign_key_checks') !== '0') return []
    const later = statements.slice(index + 1)
    const on = later.some(
      ({ act: a }) =>
        a.kind === 'set' && /^(1|@\w+|default)$/.test((a.values.get('foreign_key_checks') ?? '').replaceAll(' ', '')),
    )
    return [
      {
        message: `foreign keys are not checked from here${on ? ' until they are turned on again' : ', and the script does not turn them on again'}`,
        ...(on && { severity: 'note' as const }),
      },
    ]
  },
})

export const sqlModeRelaxed = rule({
  code: 'sql-mode-relaxed',
  severity: 'warning',
  title: 'Strict mode is turned off',
  why: 'Without STRICT_TRANS_TABLES values that do not fit are cut, become 0 or 0000-00-00 with a warning that nobody reads. ALTER TABLE does so with rows that are there.',
  safe: 'Keep the strict mode, and change what does not fit before.\n\n```sql\nUPDATE orders SET note = left(note, 200) WHERE char_length(note) > 200;\n```',
  check({ act }) {
    if (act.kind !== 'set') return []
    const mode = act.values.get('sql_mode')
    // A variable or an expression may hold anything.
    if (mode === undefined || /[@(]|^default$/.test(mode) || /strict_(trans|all)_tables|traditional/.test(mode))
      return []
    return [{ message: 'values that do not fit are changed silently: sql_mode has no strict mode' }]
  },
})
