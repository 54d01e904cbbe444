/** Typed pieces of translated SQL, and what may stand beside what. */
import type { ColumnType, LogicalType } from '../core/schema.ts'
import { type Grammar, Untranslatable } from './convert-lex.ts'

/** What a piece of SQL yields. `literal` is a text constant whose type its neighbour decides. */
export type ValueKind =
  | 'int'
  | 'decimal'
  | 'float'
  | 'bool'
  | 'text'
  | 'enum'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'time'
  | 'uuid'
  | 'bytes'
  | 'literal'
  | 'null'
  | 'other'

/** Translated SQL with its kind. */
export interface Value {
  readonly sql: string
  readonly kind: ValueKind
  /** The text of a constant, number or text. */
  readonly constant?: string
  /** The source compares it without case; the target would not. */
  readonly folds?: boolean
  /** Labels of an enum. */
  readonly labels?: readonly string[]
}

/** A column as an expression sees it. */
export interface ExpressionColumn {
  /** Name on the target. */
  readonly name: string
  readonly source: LogicalType
  readonly target: ColumnType
  /** The source column's collation ignores case. */
  readonly sourceFolds: boolean
  readonly targetFolds: boolean
}

/** Where an expression comes from and goes to. */
export interface ExpressionContext {
  readonly from: Grammar
  readonly to: Grammar
  /** The source's reading of a type name in a cast. */
  parseType(native: string): ColumnType
  /** The target's quoting. */
  quote(name: string): string
  literal(text: string): string
  column(name: string): ExpressionColumn | null
  /** Generated columns and indexes: nothing may depend on the session. */
  readonly immutable: boolean
  /** Sentences on what is not quite the same; filled while translating. */
  readonly notes: Set<string>
}

/** The kind that a logical type's values have in expressions. */
export function kindOf(type: LogicalType): ValueKind {
  switch (type.kind) {
    case 'int':
    case 'decimal':
    case 'bool':
    case 'text':
    case 'enum':
    case 'date':
    case 'uuid':
    case 'bytes':
      return type.kind
    case 'float':
      return 'float'
    case 'timestamp':
      return type.zone ? 'timestamptz' : 'timestamp'
    case 'time':
      return type.zone ? 'other' : 'time'
    default:
      return 'other'
  }
}

export const isNumber = (k: ValueKind): boolean => k === 'int' || k === 'decimal' || k === 'float'

const TEXTUAL: ReadonlySet<ValueKind> = new Set(['text', 'literal', 'enum'])
const FROM_LITERAL: ReadonlySet<ValueKind> = new Set(['text', 'enum', 'date', 'timestamp', 'time', 'uuid', 'literal'])

/** A boolean: a condition, or a number that the source takes for one. */
export function asCondition(c: ExpressionContext, v: Value): Value {
  if (v.kind === 'bool' || v.kind === 'null') return v
  if (!isNumber(v.kind))
    throw new Untranslatable('it takes something that is neither a condition nor a number for a condition')
  if (c.to !== 'postgres') return { sql: v.sql, kind: 'bool' }
  if (v.constant !== undefined) return { sql: Number(v.constant) === 0 ? 'false' : 'true', kind: 'bool' }
  return { sql: `(${v.sql} <> 0)`, kind: 'bool' }
}

/** A number: MySQL and SQLite count with booleans. */
export function asNumber(c: ExpressionContext, v: Value): Value {
  if (isNumber(v.kind) || v.kind === 'null') return v
  if (v.kind !== 'bool') throw new Untranslatable('it calculates with something that is not a number')
  return { sql: c.to === 'postgres' ? `(${v.sql})::int` : v.sql, kind: 'int' }
}

/** Both sides of a comparison, made comparable on the target as they were on the source. Throws Untranslatable. */
export function comparable(c: ExpressionContext, values: readonly Value[]): Value[] {
  const kinds = new Set(values.map((v) => v.kind).filter((k) => k !== 'null'))
  if (kinds.has('other') || kinds.has('bytes'))
    throw new Untranslatable('it compares values of a type that is not the same there')
  if (kinds.has('timestamptz') && kinds.size > 1)
    throw new Untranslatable("it compares a moment with a text, which depends on the session's time zone")
  if (kinds.has('bool') && kinds.size > 1) return harmonizeBooleans(c, values)
  const literal = kinds.delete('literal')
  if ([...kinds].every(isNumber)) {
    if (literal && kinds.size > 0) throw new Untranslatable('it compares a number with a text')
    return [...values]
  }
  const others = [...kinds]
  if (others.length > 1) {
    if (!others.every((k) => TEXTUAL.has(k)) || c.to === 'postgres')
      throw new Untranslatable(`it compares ${others.join(' with ')}`)
  }
  if (literal && !FROM_LITERAL.has(others[0] ?? 'literal'))
    throw new Untranslatable(`it compares ${others[0]} with a text`)
  return foldAll(c, values)
}

/** MySQL's `flag = 1` for a column that is boolean on the target. */
function harmonizeBooleans(c: ExpressionContext, values: readonly Value[]): Value[] {
  const plain = values.every((v) => v.kind === 'bool' || v.kind === 'null' || v.constant === '0' || v.constant === '1')
  if (plain && c.to === 'postgres') {
    return values.map((v) =>
      v.constant === undefined ? v : { sql: v.constant === '1' ? 'true' : 'false', kind: 'bool' },
    )
  }
  return values.map((v) => asNumber(c, v))
}

/** Where the source ignores case and the target does not, both sides are lowered. */
function foldAll(c: ExpressionContext, values: readonly Value[]): Value[] {
  const enumeration = values.find((v) => v.labels !== undefined)
  if (enumeration?.labels) return values.map((v) => asLabel(c, v, enumeration.labels ?? []))
  if (!values.some((v) => v.folds)) return [...values]
  c.notes.add('texts are compared through lower(), because the source ignores case')
  return values.map((v) => {
    if (v.kind === 'null') return v
    if (v.constant !== undefined) return { ...v, sql: c.literal(v.constant.toLowerCase()) }
    return { ...v, sql: `lower(${v.sql})`, folds: false }
  })
}

/** A text beside a native enum must be one of its labels, spelled as the label is. */
function asLabel(c: ExpressionContext, v: Value, labels: readonly string[]): Value {
  if (v.kind !== 'literal' || v.constant === undefined) return v
  const text = v.constant
  const label = labels.find((l) => l === text) ?? labels.find((l) => l.toLowerCase() === text.toLowerCase())
  if (label === undefined) throw new Untranslatable(`it compares an enum with '${text}', which is none of its labels`)
  return { ...v, sql: c.literal(label) }
}

/** Branches of one result (CASE, coalesce): where conditions and numbers mix, as MySQL lets them, all become one of the two. */
export function agreed(c: ExpressionContext, values: readonly Value[]): Value[] {
  const kinds = new Set(values.map((v) => v.kind))
  return kinds.has('bool') && kinds.has('int') ? harmonizeBooleans(c, values) : [...values]
}

/** The one kind of several branches (CASE, coalesce). Throws Untranslatable. */
export function commonKind(values: readonly Value[]): ValueKind {
  const kinds = [...new Set(values.map((v) => v.kind).filter((k) => k !== 'null'))]
  if (kinds.length === 0) return 'null'
  if (kinds.every((k) => k === 'literal' || k === 'text')) return 'text'
  if (kinds.every(isNumber)) return kinds.includes('float') ? 'float' : kinds.includes('decimal') ? 'decimal' : 'int'
  if (kinds.length === 1) return kinds[0]
  throw new Untranslatable(`it mixes ${kinds.join(' and ')}`)
}
