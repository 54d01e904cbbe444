/** Rules about what another server, account or mode reads otherwise. */
import type { Clause } from '../text/alter.ts'
import { type Edit, edited, shown } from '../text/edit.ts'
import type { Statement } from '../text/known.ts'
import { type Token, unquoted } from '../text/token.ts'
import { rule } from './mysql-rule.ts'
import { serverOf } from './server.ts'

/** Tokens of `DEFINER = account`; empty where there is none. */
function definer(statement: Statement): readonly Token[] {
  const tokens = statement.tokens()
  const at = tokens.findIndex((t) => t.word === 'DEFINER')
  if (at < 0 || tokens[at + 1]?.text !== '=' || tokens[at - 1]?.word === 'SECURITY') return []
  const host = tokens[at + 3]?.text === '@' ? 5 : tokens[at + 3]?.text === '(' ? 5 : 3
  return tokens.slice(at, at + host)
}

const PROGRAMS = new Set(['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT'])

export const definerNotPortable = rule({
  code: 'definer',
  severity: 'warning',
  fixable: true,
  title: 'DEFINER names an account',
  why: 'The account must exist wherever the script runs: where it does not, the object is made with a warning and fails when it is used (error 1449). To name another account than one’s own takes a right that applications lack. By default the object runs with the rights of that account.',
  safe: "Leave DEFINER out: whoever runs the script becomes the definer.\n\n```sql\nCREATE VIEW paid AS SELECT * FROM orders WHERE state = 'paid';\n```",
  check(statement) {
    const { act, sql } = statement
    if (act.kind !== 'create-object' || !PROGRAMS.has(act.what)) return []
    const found = definer(statement)
    if (found.length < 3 || found[2].word === 'CURRENT_USER') return []
    const [from, to] = [found[0].from, found[found.length - 1].to]
    const next = statement.tokens().find((t) => t.from >= to)
    // Within an executable comment of a dump its brackets would be left empty.
    const plain = next !== undefined && !sql.slice(from, next.from).includes('*/')
    const message = `${act.name === null ? 'it' : shown(act.name.name)} belongs to ${sql.slice(found[2].from, to)}, who must exist wherever the script runs`
    return [{ message, from, to, ...(plain && { fix: edited(sql, [{ from, to: next.from, text: '' }]) }) }]
  },
})

export const sqlSecurityDefiner = rule({
  code: 'sql-security-definer',
  severity: 'note',
  title: 'SQL SECURITY DEFINER lends rights',
  why: 'Whoever may use the object does with it what its definer may do, with all of the definer’s rights: a view or routine with a gap, or with dynamic SQL, opens them to everybody.',
  safe: "SQL SECURITY INVOKER, unless lending rights is what it is for; then give the definer only the rights that it needs.\n\n```sql\nCREATE SQL SECURITY INVOKER VIEW paid AS SELECT * FROM orders WHERE state = 'paid';\n```",
  check(statement) {
    if (statement.act.kind !== 'create-object') return []
    const tokens = statement.tokens()
    const at = tokens.findIndex(
      (t, i) => t.word === 'SQL' && tokens[i + 1]?.word === 'SECURITY' && tokens[i + 2]?.word === 'DEFINER',
    )
    return at < 0
      ? []
      : [{ message: 'it runs with the rights of its definer', from: tokens[at].from, to: tokens[at + 2].to }]
  },
})

/** Clauses with IF EXISTS or IF NOT EXISTS, which MySQL has for whole tables only. */
function existsClause(clause: Clause): boolean {
  return 'exists' in clause && clause.exists
}

const MARIADB_WORDS = [
  /^ALTER (ONLINE |IGNORE )?TABLE IF EXISTS\b/,
  /^CREATE OR REPLACE (TABLE|TRIGGER|PROCEDURE|FUNCTION|EVENT|DATABASE|INDEX|UNIQUE INDEX|TEMPORARY TABLE)\b/,
  /^CREATE (UNIQUE |FULLTEXT |SPATIAL )?INDEX IF NOT EXISTS\b/,
  /^DROP INDEX IF EXISTS\b/,
  /^(CREATE|DROP|ALTER) SEQUENCE\b/,
  /\b(WITH|ADD|DROP|WITHOUT) SYSTEM VERSIONING\b/,
  /\bALGORITHM = NOCOPY\b/,
  /^SET STATEMENT\b/,
]

/** Words and marks in upper case with single blanks; quoted texts are left out. */
const skeleton = (tokens: readonly Token[]): string =>
  tokens.map((t) => (t.kind === 'word' ? t.word : t.kind === 'mark' ? t.text : '?')).join(' ')

export const mariadbOnly = rule({
  code: 'mariadb-only-syntax',
  severity: 'error',
  title: 'MySQL does not know this syntax',
  why: 'MariaDB has IF EXISTS and IF NOT EXISTS for columns, keys and indexes, CREATE OR REPLACE for tables and routines, sequences, system versioning and ALGORITHM=NOCOPY. MySQL refuses the statement with a syntax error.',
  safe: 'Write the statement without; a revision runs once and needs no IF NOT EXISTS.\n\n```sql\nALTER TABLE orders ADD COLUMN note TEXT;\n```',
  check(statement, { context }) {
    const { act } = statement
    if (serverOf(context).mariadb !== false || act.kind === 'insert') return []
    if (act.kind === 'alter-table') {
      const clause = act.clauses.find(existsClause)
      if (clause !== undefined)
        return [{ message: `MySQL has no IF [NOT] EXISTS for a part of ${shown(act.table.name)}`, ...clause.place }]
    }
    const text = skeleton(statement.tokens())
    const found = MARIADB_WORDS.find((p) => p.test(text))
    return found === undefined ? [] : [{ message: `MySQL refuses it: ${found.exec(text)?.[0] ?? ''}` }]
  },
})

const MYSQL_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ALTER TABLE .* ALTER (CHECK|CONSTRAINT) \S+ (NOT )?ENFORCED\b/, 'ALTER CHECK … ENFORCED'],
  [/^CREATE TABLESPACE\b/, 'CREATE TABLESPACE'],
  [/^SET (PERSIST|PERSIST_ONLY)\b/, 'SET PERSIST'],
  [/^(CREATE|ALTER) TABLE .* CHECK \( .* \) NOT ENFORCED\b/, 'NOT ENFORCED'],
]

export const mysqlOnly = rule({
  code: 'mysql-only-syntax',
  severity: 'error',
  title: 'MariaDB does not know this syntax',
  why: 'MySQL 8 has indexes on expressions, invisible indexes, checks that are NOT ENFORCED, SET PERSIST and the utf8mb4_0900 collations (known to MariaDB as names only, since 11.4.5). MariaDB refuses the statement.',
  safe: 'Index a generated column instead of an expression; say IGNORED for INVISIBLE (MariaDB 10.6), and a collation of MariaDB:\n\n```sql\nALTER TABLE users ADD COLUMN lower_name VARCHAR(100) AS (lower(name)), ADD INDEX (lower_name);\n```',
  check(statement, { context }) {
    const { act } = statement
    if (serverOf(context).mariadb !== true || act.kind === 'insert') return []
    const tokens = statement.tokens()
    const collation = tokens.find(
      (t) => /^utf8mb4_0900_/i.test(unquoted(t)) && (t.kind === 'word' || t.kind === 'string'),
    )
    const old = !/^(11\.(4\.([5-9]|\d\d)|[5-9]|\d\d)|1[2-9])/.test(context.version ?? '')
    if (collation !== undefined && old)
      return [{ message: `MariaDB has no collation ${unquoted(collation)}`, from: collation.from, to: collation.to }]
    const keys =
      act.kind === 'create-index'
        ? [act.key]
        : act.kind === 'alter-table'
          ? act.clauses.flatMap((c) => (c.kind === 'add-key' ? [c.key] : []))
          : []
    if (keys.some((k) => k.kind !== 'foreign' && k.parts.some((p) => p.column === null)))
      return [{ message: 'MariaDB has no index on an expression' }]
    const found = MYSQL_WORDS.find(([p]) => p.test(skeleton(tokens)))
    return found === undefined ? [] : [{ message: `MariaDB refuses it: ${found[1]}` }]
  },
})

export const doubleQuoted = rule({
  code: 'double-quoted-string',
  severity: 'note',
  fixable: true,
  title: 'A text in double quotes',
  why: 'With ANSI_QUOTES in sql_mode, and in every other database, double quotes hold a name: the same statement then asks for a column with that name.',
  safe: "Single quotes for texts, backticks for names:\n\n```sql\nUPDATE tags SET name = 'a' WHERE id = 1;\n```",
  check({ act, sql, ...statement }) {
    if (!sql.includes('"')) return []
    const tokens = statement.tokens()
    const texts = tokens.filter(
      (t) => t.kind === 'string' && t.text[0] === '"' && t.text.length > 1 && t.text.endsWith('"'),
    )
    // In the body of a program the statement may set sql_mode for itself; an account is a name.
    if (texts.length === 0 || act.kind === 'create-object') return []
    const edits = texts.map(
      (t): Edit => ({
        from: t.from,
        to: t.to,
        text: `'${t.text.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''")}'`,
      }),
    )
    const message = `${texts[0].text.slice(0, 30)} is a name where sql_mode has ANSI_QUOTES`
    return [{ message, from: texts[0].from, to: texts[0].to, fix: edited(sql, edits) }]
  },
})

export const passwordInScript = rule({
  code: 'password-in-script',
  severity: 'error',
  title: 'A password stands in the script',
  why: 'Scripts are kept in version control, printed in logs and copied: the password of an account in one is known to all who read it.',
  safe: 'Make accounts by hand or by the tool that keeps the secrets, not in a script.\n\n```sql\nCREATE ROLE reporting;\nGRANT SELECT ON shop.* TO reporting;\n```',
  check(statement) {
    if (!/^(other|create-object)$/.test(statement.act.kind)) return []
    const tokens = statement.tokens()
    const at = tokens.findIndex((t, i) => t.word === 'IDENTIFIED' && /^(BY|WITH)$/.test(tokens[i + 1]?.word ?? ''))
    const head = tokens[0]?.word ?? ''
    if (at < 0 || !/^(CREATE|ALTER|GRANT)$/.test(head)) return []
    const text = tokens.slice(at).find((t) => t.kind === 'string')
    return text === undefined
      ? []
      : [{ message: 'the password of an account stands here', from: text.from, to: text.to }]
  },
})
