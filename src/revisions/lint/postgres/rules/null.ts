/** Rules about NULL and about domains, which are constraints of all their columns. */

import type { LintContext } from '../../rule.ts'
import type { Alteration } from '../alter.ts'
import { edited, madeName, quoted, separately, tokenAt } from '../edit.ts'
import { as, namesOf, objectName, shown } from '../node.ts'
import { at, existing, rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'
import { atLeast } from '../version.ts'

/** A CHECK that is validated first proves to SET NOT NULL that there is nothing to read. */
function byCheck(s: PostgresStatement, context: LintContext, a: Alteration) {
  const column = a.cmd.name ?? ''
  const made = madeName(a.table.name, column, 'present')
  const splits = s.known.transaction === null || (context.revision === true && !s.known.explicit)
  const set = tokenAt(s, 'set', a.span().from)
  if (!splits || !a.single || made === undefined || set === undefined || !atLeast(context.version, 12)) return {}
  const written = s.tokens().findLast((t) => t.to <= set.from)?.text ?? ''
  const [head, name] = [a.head(), quoted(made)]
  const fix = [
    `${head} ADD CONSTRAINT ${name} CHECK (${written} IS NOT NULL) NOT VALID;`,
    separately(s, context.revision, `${head} VALIDATE CONSTRAINT ${name};`),
    edited(s.sql),
    `${head} DROP CONSTRAINT ${name};`,
  ]
  return { fix: fix.join('\n') }
}

const setNotNull = rule({
  code: 'set-not-null',
  severity: 'error',
  title: 'A column becomes NOT NULL',
  why: 'SET NOT NULL reads every row under an ACCESS EXCLUSIVE lock: nobody reads or writes until it is done, and one NULL fails the statement. Since PostgreSQL 12 it reads nothing where a valid CHECK (column IS NOT NULL) proves it already; PostgreSQL 18 also knows NOT NULL … NOT VALID.',
  safe: 'Prove it by a CHECK that is validated under a weak lock, then set it and drop the CHECK.\n\n```sql\nALTER TABLE users ADD CONSTRAINT users_mail_present CHECK (mail IS NOT NULL) NOT VALID;\n-- in another transaction:\nALTER TABLE users VALIDATE CONSTRAINT users_mail_present;\nALTER TABLE users ALTER COLUMN mail SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_mail_present;\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const proven = (a: Alteration) => atLeast(context.version, 12) && s.known.isNotNull(a.table, a.cmd.name ?? '')
    const columns = existing(s, 'AT_SetNotNull').filter((a) => !proven(a))
    const constraints = existing(s, 'AT_AddConstraint').filter((a) => {
      const constraint = as(a.cmd.def, 'Constraint')
      return constraint?.contype === 'CONSTR_NOTNULL' && constraint.skip_validation !== true
    })
    const why = 'becomes NOT NULL: every row is read while nobody can use the table'
    return [
      ...columns.map((a) => at(a, `${shown(a.table)}.${a.cmd.name} ${why}`, byCheck(s, context, a))),
      ...constraints.map((a) => at(a, `${shown(a.table)}.${namesOf(as(a.cmd.def, 'Constraint')?.keys)} ${why}`)),
    ]
  },
})

const dropNotNull = rule({
  code: 'drop-not-null',
  severity: 'warning',
  title: 'A column may be NULL from now on',
  why: 'Programs that read the column were written for values that are always there: the first NULL breaks them, and comparisons with it leave rows out silently.',
  safe: 'Release programs that know NULL first.\n\n```sql\n-- naru:ignore drop-not-null all readers know it since 4.2\nALTER TABLE users ALTER COLUMN fax DROP NOT NULL;\n```',
  check: (s) =>
    existing(s, 'AT_DropNotNull').map((a) =>
      at(a, `${shown(a.table)}.${a.cmd.name} may be NULL from now on: readers must know it`),
    ),
})

const domainConstraint = rule({
  code: 'domain-constraint',
  severity: 'error',
  title: 'A domain gets a constraint',
  why: 'ALTER DOMAIN … ADD CONSTRAINT and SET NOT NULL read all rows of all tables that have a column of the domain, under SHARE locks: their writers wait.',
  safe: "Add it NOT VALID and validate later, or put the CHECK at the tables.\n\n```sql\nALTER DOMAIN zip ADD CONSTRAINT zip_digits CHECK (value ~ '^[0-9]+$') NOT VALID;\nALTER DOMAIN zip VALIDATE CONSTRAINT zip_digits;\n```",
  check(s) {
    const change = as(s.node, 'AlterDomainStmt')
    const constraint = as(change?.def, 'Constraint')
    const adds = change?.subtype === 'C' && constraint?.skip_validation !== true
    if (!adds && change?.subtype !== 'O') return []
    return [
      {
        message: `all rows of all tables with a column of ${shown(objectName(namesOf(change?.typeName)))} are read while their writers wait`,
      },
    ]
  },
})

const domainMade = rule({
  code: 'domain-with-constraint',
  severity: 'note',
  title: 'A domain is made with a CHECK or NOT NULL',
  why: 'The rule of a domain can later be changed only for all tables together: each change reads all their rows (see `domain-constraint`). NOT NULL of a domain does not even hold everywhere: outer joins give NULL.',
  safe: "Make the domain without a rule, or use the type itself and a CHECK at each table.\n\n```sql\nCREATE TABLE people (zip text CHECK (zip ~ '^[0-9]+$'));\n```",
  check(s) {
    const made = as(s.node, 'CreateDomainStmt')
    const rules = (made?.constraints ?? []).flatMap((c) => as(c, 'Constraint')?.contype ?? [])
    if (!rules.includes('CONSTR_CHECK') && !rules.includes('CONSTR_NOTNULL')) return []
    return [
      {
        message: `the rule of ${shown(objectName(namesOf(made?.domainname)))} can later be changed for all its tables together only`,
      },
    ]
  },
})

export const NULLS = [setNotNull, dropNotNull, domainConstraint, domainMade]
