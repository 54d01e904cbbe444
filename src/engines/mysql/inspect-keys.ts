/** Indexes, keys, foreign keys and checks from information_schema. */
import type { Row } from '../../core/engine.ts'
import type {
  Check,
  Column,
  ForeignKey,
  Index,
  IndexPart,
  KeyConstraint,
  ReferentialAction,
} from '../../core/schema.ts'
import { plainExpression } from './inspect-default.ts'
import { asText } from './query.ts'

export interface Keys {
  readonly primaryKey?: KeyConstraint
  readonly uniques: readonly KeyConstraint[]
  readonly indexes: readonly Index[]
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)

function readPart(row: Row, flavor: 'mysql' | 'mariadb'): IndexPart {
  const expression = asText(row.expression)
  const prefix = row.sub_part === null || row.sub_part === undefined ? undefined : Number(row.sub_part)
  return {
    ...(expression ? { expression: plainExpression(expression, flavor) } : { column: String(asText(row.column_name)) }),
    ...(asText(row.collation) === 'D' && { descending: true }),
    // SPATIAL indexes report the 32 bytes of a rectangle.
    ...(prefix !== undefined && asText(row.index_type) !== 'SPATIAL' && { prefix }),
  }
}

function readIndex(rows: readonly Row[], flavor: 'mysql' | 'mariadb'): Index {
  const [first] = rows
  const comment = asText(first.index_comment)
  const hidden = asText(first.ignored) === 'YES' || asText(first.is_visible) === 'NO'
  return {
    name: String(asText(first.index_name)),
    parts: rows.map((r) => readPart(r, flavor)),
    unique: Number(first.non_unique) === 0,
    method: String(asText(first.index_type)).toLowerCase(),
    ...(comment && { comment }),
    ...(hidden && { invisible: true }),
  }
}

/** A unique index is a key when every part is a whole column that cannot be NULL; the others stay indexes. */
function isKey(index: Index, columns: readonly Column[]): boolean {
  if (!index.unique || index.invisible) return false
  return index.parts.every(
    (p) => p.column !== undefined && p.prefix === undefined && columns.some((c) => c.name === p.column && !c.nullable),
  )
}

function asKey(index: Index): KeyConstraint {
  const plain = index.parts.every((p) => p.prefix === undefined && !p.descending && p.opclass === undefined)
  return {
    name: index.name,
    columns: index.parts.map((p) => p.column ?? ''),
    ...(!plain && { parts: index.parts }),
    ...(index.comment && { comment: index.comment }),
  }
}

/** What only SHOW CREATE TABLE tells of indexes, by their names. */
export interface ShownKeys {
  /** Full-text parsers. */
  readonly parsers: ReadonlyMap<string, string>
  /** Periods WITHOUT OVERLAPS. */
  readonly overlaps: ReadonlyMap<string, string>
}

/** The catalogue prints both ends of a period in place of it. */
function withShown(index: Index, { parsers, overlaps }: ShownKeys): Index {
  const period = overlaps.get(index.name)
  const parser = parsers.get(index.name)
  const parts =
    period === undefined ? index.parts : [...index.parts.slice(0, -2), { column: period, opclass: 'WITHOUT OVERLAPS' }]
  return { ...index, parts, ...(parser && { parser }) }
}

/** Rows of information_schema.statistics of one table, in the order of their parts. */
export function readKeys(
  rows: readonly Row[],
  columns: readonly Column[],
  flavor: 'mysql' | 'mariadb',
  shown: ShownKeys,
): Keys {
  const groups = Map.groupBy(rows, (r) => String(asText(r.index_name)))
  const all = [...groups.values()].map((g) => withShown(readIndex(g, flavor), shown)).sort(byName)
  const primary = all.find((i) => i.name === 'PRIMARY')
  const rest = all.filter((i) => i !== primary)
  return {
    ...(primary && { primaryKey: asKey(primary) }),
    uniques: rest.filter((i) => isKey(i, columns)).map(asKey),
    indexes: rest.filter((i) => !isKey(i, columns)),
  }
}

const action = (text: string | null): ReferentialAction => (text ?? 'no action').toLowerCase() as ReferentialAction

/** Rows of key_column_usage joined with referential_constraints, of one table. `database`: the schema's own name. */
export function readForeignKeys(rows: readonly Row[], database: string): ForeignKey[] {
  const groups = Map.groupBy(rows, (r) => String(asText(r.constraint_name)))
  return [...groups].map(([name, parts]) => foreignKey(name, parts, database)).sort(byName)
}

function foreignKey(name: string, parts: readonly Row[], database: string): ForeignKey {
  const [first] = parts
  const schema = String(asText(first.referenced_table_schema))
  const table = String(asText(first.referenced_table_name))
  return {
    name,
    columns: parts.map((r) => String(asText(r.column_name))),
    references: schema.toLowerCase() === database.toLowerCase() ? { name: table } : { schema, name: table },
    referencedColumns: parts.map((r) => String(asText(r.referenced_column_name))),
    onUpdate: action(asText(first.update_rule)),
    onDelete: action(asText(first.delete_rule)),
  }
}

/** Rows of check_constraints of one table. */
export function readChecks(rows: readonly Row[], flavor: 'mysql' | 'mariadb'): Check[] {
  return rows
    .map((r) => {
      const name = String(asText(r.constraint_name))
      return {
        name,
        expression: plainExpression(String(asText(r.check_clause)), flavor),
        ...(/^column$/i.test(asText(r.level) ?? '') && { column: name }),
        ...(asText(r.enforced) === 'NO' && { notValid: true }),
      }
    })
    .sort(byName)
}

/** The check that makes a longtext of MariaDB's JSON: of the column's own, and nothing else. */
export function isJsonCheck(check: Check): boolean {
  return (
    check.column !== undefined && check.expression.toLowerCase() === `json_valid(\`${check.column.toLowerCase()}\`)`
  )
}
