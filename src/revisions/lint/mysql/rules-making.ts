/** Rules about tables as they are made. */
import { definedColumns, definedTable, givenNames } from '../text/defined.ts'
import { type Edit, edited, shown } from '../text/edit.ts'
import type { Statement } from '../text/known.ts'
import { madeByQuery } from '../text/row-checks.ts'
import type { OptionText } from '../text/table.ts'
import { unquoted } from '../text/token.ts'
import { rule } from './mysql-rule.ts'

export const noPrimaryKey = rule({
  code: 'table-without-primary-key',
  severity: 'warning',
  title: 'A table has no primary key',
  why: 'Row-based replication looks for each changed row by a full scan, tools that copy, compare or alter by key cannot work, InnoDB keeps a hidden key that nobody can use, group replication and some managed servers refuse the table.',
  safe: 'Give every table a primary key, if only a number:\n\n```sql\nid BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY\n```',
  check(statement, { statements, index }) {
    const { act } = statement
    if (act.kind !== 'create-table' || act.temporary || act.source !== undefined || act.columns.length === 0) return []
    if (act.columns.some((c) => c.primary || (c.type?.word === 'SERIAL' && c.nullable !== true))) return []
    if (
      act.keys.some((k) => k.key.kind === 'primary') ||
      statement.tokens().some((t) => t.word === 'KEY' && bareKey(statement, t.from))
    )
      return []
    const name = shown(act.table.name)
    // Dumps add keys behind the tables.
    const later = statements
      .slice(index + 1)
      .some(
        ({ act: a }) =>
          a.kind === 'alter-table' &&
          shown(a.table.name) === name &&
          a.clauses.some((c) => c.kind === 'add-key' && c.key.kind === 'primary'),
      )
    return later
      ? []
      : [{ message: `${name} has no primary key`, table: act.table.name, from: act.table.from, to: act.table.to }]
  },
})

/** `id INT KEY`: another word for PRIMARY KEY. */
function bareKey(statement: Statement, at: number): boolean {
  const { act } = statement
  if (act.kind !== 'create-table') return false
  const tokens = statement.tokens()
  const before = tokens[tokens.findIndex((t) => t.from === at) - 1]
  return act.columns.some((c) => c.from < at && at < c.to) && before?.word !== 'UNIQUE' && before?.word !== 'PRIMARY'
}

const TRANSACTIONAL = /^(INNODB|XTRADB|ROCKSDB|TOKUDB|NDB|NDBCLUSTER|INNOBASE)$/

function engineOf(options: readonly OptionText[]): OptionText | undefined {
  return options.find((o) => o.name === 'ENGINE')
}

export const engineWithoutTransactions = rule({
  code: 'engine-without-transactions',
  severity: 'warning',
  fixable: true,
  title: 'A table without transactions',
  why: 'MyISAM, Aria, MEMORY, CSV and ARCHIVE know no rollback and no foreign keys (they are read and forgotten), lock the whole table for each write, and lose rows in a crash. A statement that fails half-way leaves half of its rows.',
  safe: 'Leave ENGINE out, or say InnoDB:\n\n```sql\nCREATE TABLE tags (id INT PRIMARY KEY) ENGINE=InnoDB;\n```',
  check(statement) {
    const { act } = statement
    if ((act.kind === 'create-table' && act.temporary) || (act.kind !== 'create-table' && act.kind !== 'alter-table'))
      return []
    const options =
      act.kind === 'create-table' ? act.options : act.clauses.flatMap((c) => (c.kind === 'options' ? c.options : []))
    const engine = engineOf(options)
    if (engine === undefined || TRANSACTIONAL.test(engine.value) || engine.valueAt === undefined) return []
    const mechanical =
      act.kind === 'create-table' &&
      /^(MYISAM|ARIA)$/.test(engine.value) &&
      options.every((o) => o.name !== 'ROW_FORMAT' && o.name !== 'INSERT_METHOD')
    return [
      {
        message: `${shown(act.table.name)} is kept by ${engine.value}, which has no transactions`,
        table: act.table.name,
        from: engine.from,
        to: engine.to,
        ...(mechanical && { fix: edited(statement.sql, [{ ...engine.valueAt, text: 'InnoDB' }]) }),
      },
    ]
  },
})

const OLD_UTF8 = /^utf8(mb3)?(_\w+)?$/i

export const utf8mb3 = rule({
  code: 'utf8mb3',
  severity: 'warning',
  fixable: true,
  title: 'utf8 without emoji',
  why: 'utf8 and utf8mb3 hold characters of up to three bytes: emoji and rarer Chinese characters are refused in strict mode and cut off with the rest of the text otherwise. They are deprecated, and joined with utf8mb4 they cost conversions that no index helps.',
  safe: 'Say utf8mb4. On tables that are there it is a change of the columns, which copies.\n\n```sql\nCREATE TABLE users (name VARCHAR(100)) DEFAULT CHARSET=utf8mb4;\n```',
  check(statement) {
    const { act } = statement
    const made =
      act.kind === 'create-table' ||
      (act.kind === 'create-object' && (act.what === 'DATABASE' || act.what === 'SCHEMA'))
    if (!made && act.kind !== 'alter-table') return []
    const edits = charsetEdits(statement)
    if (edits.length === 0) return []
    const [{ from, to }] = edits
    const what =
      act.kind === 'create-object'
        ? act.name === null
          ? ''
          : shown(act.name.name)
        : shown(definedTable(statement) ?? { name: '' })
    return [
      {
        message: `${what} holds no characters of four bytes: ${statement.sql.slice(from, to)}`,
        from,
        to,
        ...(made && { fix: edited(statement.sql, edits) }),
      },
    ]
  },
})

/** The names of character sets and collations, each with its successor. */
function charsetEdits(statement: Statement): Edit[] {
  const tokens = statement.tokens()
  return tokens.flatMap((t, i) => {
    const back = (n: number) => tokens[i - n]?.word ?? ''
    const equals = tokens[i - 1]?.text === '=' ? 1 : 0
    const word = back(1 + equals)
    const named =
      word === 'CHARSET' || word === 'COLLATE' || (word === 'SET' && /^CHAR(ACTER)?$/.test(back(2 + equals)))
    const value = unquoted(t)
    if (!named || !OLD_UTF8.test(value)) return []
    const quote = t.text[0] === value[0] ? '' : t.text[0]
    return [{ from: t.from, to: t.to, text: `${quote}${value.replace(/^utf8(mb3)?/i, 'utf8mb4')}${quote}` }]
  })
}

export const createAsSelect = rule({
  code: 'create-table-as',
  severity: 'warning',
  title: 'CREATE TABLE … SELECT',
  why: 'The new table has no keys, no AUTO_INCREMENT and no foreign keys, and takes its types from the expressions. The rows that are read stay locked against writers until all are copied, and with GTIDs MySQL refuses it before 8.0.21.',
  safe: 'Make the table first, then fill it in batches:\n\n```sql\nCREATE TABLE orders_copy LIKE orders;\nINSERT INTO orders_copy SELECT * FROM orders WHERE id BETWEEN 1 AND 10000;\n```',
  check: madeByQuery,
})

export const identifierTooLong = rule({
  code: 'identifier-too-long',
  severity: 'error',
  title: 'A name is longer than 64 characters',
  why: 'MySQL and MariaDB cut no name, as PostgreSQL does: a statement with a name of more than 64 characters fails.',
  safe: 'Give it a shorter name yourself, so that it is the same everywhere.\n\n```sql\nCREATE INDEX orders_customer_made ON orders (customer, made);\n```',
  check(statement) {
    return givenNames(statement)
      .filter(({ name }) => [...name].length > 64)
      .map(({ name, from, to }) => ({
        message: `${name.slice(0, 20)}… has ${[...name].length} characters, 64 are allowed`,
        from,
        to,
      }))
  },
})

export const foreignKeyIndex = rule({
  code: 'foreign-key-index-implicit',
  severity: 'note',
  title: 'A foreign key makes an index unasked',
  why: 'InnoDB needs an index that begins with the columns of a foreign key. Where there is none it makes one, named after the constraint, and drops it silently when an index of yours covers it: schemas made in another order differ.',
  safe: 'Say the index beside the key:\n\n```sql\nKEY orders_customer (customer), CONSTRAINT orders_customer_fk FOREIGN KEY (customer) REFERENCES customers (id)\n```',
  check(statement) {
    const { act } = statement
    if (act.kind !== 'create-table' || act.source !== undefined) return []
    const first = [
      ...act.keys
        .filter((k) => k.key.kind !== 'foreign' && k.key.kind !== 'check')
        .map((k) => k.key.parts.map((p) => p.column?.toLowerCase())),
      ...definedColumns(statement)
        .filter((c) => c.primary || c.unique)
        .map((c) => [c.name.toLowerCase()]),
    ]
    return act.keys
      .filter(
        ({ key }) =>
          key.kind === 'foreign' &&
          !first.some((parts) => key.parts.every((p, i) => parts[i] === p.column?.toLowerCase())),
      )
      .map(({ key, from, to }) => ({
        message: `${shown(act.table.name)} gets an index on ${key.parts.map((p) => p.column).join(', ')} unasked`,
        table: act.table.name,
        from,
        to,
      }))
  },
})
