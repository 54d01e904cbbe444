/** Rules about rebuilding a table by hand, and about settings and statements that transactions do not take. */

import type { LintScript } from '../rule.ts'
import { shown } from '../text/edit.ts'
import { isMade, type Statement } from '../text/known.ts'
import { unquoted } from '../text/token.ts'
import { isForRebuild, onlyRebuilds } from './rebuild.ts'
import { rule } from './sqlite-rule.ts'

const IDIOM =
  'In this order, with foreign keys off outside of the transaction:\n\n```sql\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE orders_new (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\nINSERT INTO orders_new (id, total) SELECT id, total FROM orders;\nDROP TABLE orders;\nALTER TABLE orders_new RENAME TO orders;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n```'

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The table that takes the name of a dropped one in a later statement; null where none does. */
function successor(name: string, { statements, index }: LintScript<Statement>): string | null {
  for (const { act } of statements.slice(index + 1)) {
    if (act.kind !== 'alter-table') continue
    const to = act.clauses.find((c) => c.kind === 'rename-table')
    if (to !== undefined && same(shown(to.to.name), name)) return shown(act.table.name)
  }
  return null
}

/** Whether rows were copied from one table to the other before. */
function copied(from: string, to: string, { statements, index }: LintScript<Statement>): boolean {
  return statements.slice(0, index).some((statement) => {
    const { act } = statement
    const target =
      act.kind === 'insert' && act.select
        ? act.table
        : act.kind === 'create-table' && act.source === 'select'
          ? act.table
          : null
    return (
      target !== null &&
      same(shown(target.name), to) &&
      statement
        .tokens()
        .some((t) => (t.kind === 'word' || t.kind === 'name') && same(unquoted(t), from.split('.').at(-1) ?? from))
    )
  })
}

export const rebuildDropsFirst = rule({
  code: 'rebuild-drops-first',
  severity: 'error',
  title: 'A table is dropped before its rows were copied',
  why: 'Another table takes the name of the dropped one, but no INSERT … SELECT has copied the rows before: they are gone.',
  safe: IDIOM,
  check(statement, script) {
    const { act } = statement
    if (act.kind !== 'drop-table') return []
    return act.tables.flatMap(({ name, from, to }) => {
      const next = isMade(statement, name) ? null : successor(shown(name), script)
      if (next === null || copied(shown(name), next, script)) return []
      return [{ message: `${shown(name)} goes before its rows were copied to ${next}`, table: name, from, to }]
    })
  },
})

export const rebuildCascades = rule({
  code: 'rebuild-cascades',
  severity: 'error',
  title: 'A table is rebuilt while foreign keys are on',
  why: 'With foreign keys on DROP TABLE deletes all rows first: children with ON DELETE CASCADE or SET NULL lose theirs or their parents, others stop it. Many drivers turn foreign keys on by themselves. PRAGMA foreign_keys inside a transaction does nothing.',
  safe: IDIOM,
  check(statement, script) {
    const { act } = statement
    if (act.kind !== 'drop-table' || statement.known.settings.get('foreign_keys') === '0') return []
    return act.tables.flatMap(({ name, from, to }) => {
      if (isMade(statement, name) || successor(shown(name), script) === null) return []
      return [
        {
          message: `rows of tables that refer to ${shown(name)} go with it, or stop it, while foreign keys are on`,
          table: name,
          from,
          to,
        },
      ]
    })
  },
})

export const rebuildRenamesOld = rule({
  code: 'rebuild-renames-old',
  severity: 'error',
  title: 'The old table is renamed away and made anew',
  why: 'Foreign keys of other tables, views and triggers follow the renamed table: they refer to the old one under its new name, and when that is dropped, to nothing.',
  safe: `Rename the new table to the old name, never the old one away. ${IDIOM}`,
  check(statement, { statements, index }) {
    const { act, known } = statement
    if (act.kind !== 'alter-table' || isMade(statement, act.table.name)) return []
    if (known.settings.get('legacy_alter_table') === '1' && known.settings.get('foreign_keys') === '0') return []
    const rename = act.clauses.find((c) => c.kind === 'rename-table')
    const again = statements
      .slice(index + 1)
      .some(({ act: a }) => a.kind === 'create-table' && same(shown(a.table.name), shown(act.table.name)))
    if (rename === undefined || !again) return []
    return [
      {
        message: `what refers to ${shown(act.table.name)} refers to ${shown(rename.to.name)} from now on, not to the new table`,
        table: act.table.name,
      },
    ]
  },
})

const UNHEARD: Readonly<Record<string, string>> = {
  foreign_keys: 'does nothing inside a transaction',
  journal_mode: 'does not change between WAL and others inside a transaction',
  synchronous: 'fails inside a transaction',
  page_size: 'does nothing until VACUUM, which a transaction refuses',
}

/** In a transaction that the statement cannot leave. */
const inside = ({ known }: Statement): boolean => known.begun || known.held

export const pragmaInTransaction = rule({
  code: 'pragma-in-transaction',
  severity: 'error',
  title: 'A setting that a transaction does not hear',
  why: 'PRAGMA foreign_keys inside a transaction does nothing and says nothing: a rebuild then deletes rows of children. journal_mode and synchronous cannot change there either.',
  safe: 'Set it before BEGIN and back behind COMMIT.\n\n```sql\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n```',
  check(statement) {
    const { act } = statement
    if (act.kind !== 'pragma' || act.value === null || !inside(statement)) return []
    const what = UNHEARD[act.name]
    return what === undefined ? [] : [{ message: `PRAGMA ${act.name} ${what}` }]
  },
})

export const vacuumInTransaction = rule({
  code: 'not-in-transaction',
  severity: 'error',
  title: 'VACUUM inside a transaction',
  why: 'SQLite refuses it: "cannot VACUUM from within a transaction". It writes the whole file anew and takes as much space again.',
  safe: 'Run it by itself, in a quiet hour, not in a revision.\n\n```sql\nVACUUM;\n```',
  check(statement) {
    if (statement.act.kind !== 'vacuum' || !inside(statement)) return []
    return [{ message: 'VACUUM fails inside a transaction' }]
  },
})

export const transactionInTransaction = rule({
  code: 'transaction-nesting',
  severity: 'error',
  title: 'BEGIN inside a transaction',
  why: 'Transactions of SQLite do not nest: "cannot start a transaction within a transaction". A revision runs in a transaction already, and a COMMIT in it would end that one half-way.',
  safe: "Leave BEGIN and COMMIT out of a revision; for parts that may be undone take SAVEPOINT.\n\n```sql\nSAVEPOINT part;\nUPDATE orders SET state = 'new' WHERE state IS NULL;\nRELEASE part;\n```",
  check(statement, script) {
    const { act, known } = statement
    if (act.kind === 'begin' && (known.begun || script.context.inTransaction))
      return [{ message: 'BEGIN fails: a transaction is open' }]
    const ends = (act.kind === 'commit' || act.kind === 'rollback') && script.context.inTransaction && !known.begun
    return ends ? [{ message: `${statement.tokens()[0].word} ends the transaction that the script runs in` }] : []
  },
})

export const legacyAlterTable = rule({
  code: 'legacy-alter-table',
  severity: 'warning',
  title: 'ALTER TABLE renames as it did before 3.25',
  why: 'With legacy_alter_table on, renaming a table leaves the old name in views and triggers: they fail when they are next used, and ALTER TABLE no longer looks whether the schema still holds together.',
  safe: `Rebuild in the order that needs no such setting. ${IDIOM}`,
  check({ act }, script) {
    if (act.kind !== 'pragma' || act.name !== 'legacy_alter_table' || act.value !== '1') return []
    if (isForRebuild(script)) return []
    return [{ message: 'views and triggers keep old names from here' }]
  },
})

export const writableSchema = rule({
  code: 'writable-schema',
  severity: 'error',
  title: 'The schema is written by hand',
  why: 'With writable_schema on an UPDATE of sqlite_schema changes the text of a table, not its rows: one slip, and the file cannot be opened any more.',
  safe: `Rebuild the table. ${IDIOM}`,
  check({ act }) {
    if (act.kind !== 'pragma' || act.name !== 'writable_schema' || act.value !== '1') return []
    return [{ message: 'the file may be unreadable afterwards' }]
  },
})

/** The pragma, or the function of that name in whatever the script does with its rows. */
const looksAtKeys = ({ act, sql }: Statement): boolean =>
  (act.kind === 'pragma' && act.name === 'foreign_key_check') ||
  (act.kind === 'insert' && /\bpragma_foreign_key_check\b/i.test(sql))

export const foreignKeysUnchecked = rule({
  code: 'foreign-key-checks-off',
  severity: 'warning',
  title: 'Foreign keys are off, and nobody looks afterwards',
  why: 'While foreign_keys is off rows without a parent get in, and turning it on again checks nothing that came in meanwhile.',
  safe: 'Look before COMMIT, and let a row of the answer be an error:\n\n```sql\nPRAGMA foreign_key_check;\n```',
  check({ act }, script) {
    if (act.kind !== 'pragma' || act.name !== 'foreign_keys' || act.value !== '0') return []
    if (script.statements.slice(script.index + 1).some(looksAtKeys) || onlyRebuilds(script)) return []
    return [{ message: 'foreign keys are off from here, and no PRAGMA foreign_key_check follows' }]
  },
})
