/** What to ask of a table's rows before they move: one predicate a question, all of them answered by one scan. */
import type { Dialect, Probe } from '../core/engine.ts'
import type { LogicalType, Table } from '../core/schema.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftColumn, DraftTable } from './draft.ts'
import { codeOf, type FindingCode } from './findings.ts'
import { type Crossing, probesFor } from './probes.ts'

export interface Question {
  readonly code: FindingCode
  readonly column: DraftColumn | null
  /** Null for questions that no engine need answer in its own way. */
  readonly probe: Probe | null
  /** True for a row in trouble, in the source's SQL. */
  readonly predicate: string
  /** The answer decides the column's type instead of becoming a finding. */
  readonly decides: boolean
  /** More for the message: the index's name, what a cast cuts off. */
  readonly detail?: string
}

export interface AskContext {
  readonly from: Traits
  readonly to: Traits
  readonly dialect: Dialect
  readonly nulInText: boolean
  readonly indexBytes: number | null
}

/** Every question to a table. Empty where the source takes no SQL. */
export function questionsFor(c: AskContext, draft: DraftTable): Question[] {
  if (c.from.grammar === null) return []
  const values = draft.columns.flatMap((column) => columnQuestions(c, draft, column))
  return [...values, ...indexQuestions(c, draft)]
}

function columnQuestions(c: AskContext, draft: DraftTable, column: DraftColumn): Question[] {
  const expression = column.expression ?? c.dialect.quote(column.source.name)
  const crossing: Crossing = {
    source: column.source,
    target: column.target.type,
    wire: column.wire,
    from: c.from,
    to: c.to,
    nulInText: c.nulInText,
    exact: c.from.title === c.to.title && column.source.type.native === column.target.type.native,
    knownJson: knownJson(c, draft.source, column),
  }
  const text = ['text', 'enum', 'set'].includes(column.source.type.logical.kind)
  const asked = probesFor(crossing).flatMap((probe): Question[] => {
    const predicate = c.dialect.probe(probe, column.source, expression)
    if (predicate === null) return []
    const quick = quickLook(c, probe, column, expression)
    const flags = probe.kind === 'not-boolean' || (probe.kind === 'stored-otherwise' && column.wire.kind === 'bool')
    const decides = flags && column.rule === 'default'
    return [{ code: codeOf(probe, text), column, probe, predicate: quick + predicate, decides }]
  })
  return [...countedOnce(asked), ...plainQuestions(c, draft, column, expression, asked)]
}

/** A zero date is no date either: it is counted as the former alone. */
function countedOnce(questions: readonly Question[]): Question[] {
  const zero = questions.find((q) => q.code === 'ZERO_DATE')
  if (zero === undefined) return [...questions]
  return questions.map((q) =>
    q.code === 'WRONG_TYPE' ? { ...q, predicate: `(${q.predicate}) AND NOT (${zero.predicate})` } : q,
  )
}

/** What is encoded twice has characters of more than one byte: most texts need no closer look. MySQL looks for a byte first, which is quicker. */
function quickLook(c: AskContext, probe: Probe, column: DraftColumn, expression: string): string {
  const native = c.from.grammar === 'postgres' && /^(text|character)/.test(column.source.type.native)
  if (probe.kind !== 'double-utf8' || !native) return ''
  return `octet_length(${expression}) > char_length(${expression}) AND `
}

function knownJson(c: AskContext, table: Table, column: DraftColumn): boolean {
  const { kind } = column.source.type.logical
  if (c.from.looseTypes) return false
  if (kind !== 'text') return kind === 'json' || kind === 'array'
  const quoted = c.dialect.quote(column.source.name).toLowerCase()
  return table.checks.some((k) => {
    const bare = k.expression.toLowerCase().replace(/\s+/g, '')
    return bare === `json_valid(${quoted})` || bare === `json_valid(${column.source.name.toLowerCase()})`
  })
}

/** Questions that plain SQL answers. */
function plainQuestions(
  c: AskContext,
  draft: DraftTable,
  column: DraftColumn,
  expression: string,
  asked: readonly Question[],
): Question[] {
  const questions: Question[] = []
  const plain = (code: FindingCode, predicate: string, detail?: string) =>
    questions.push({ code, column, probe: null, predicate, decides: false, ...(detail !== undefined && { detail }) })
  const exact = column.wire.kind === 'raw'
  if (!exact && column.source.nullable && refusesNull(draft, column)) plain('NULL_KEY', `${expression} IS NULL`)
  if (column.wire.kind === 'jsonb' && c.to.grammar === 'postgres' && c.from.grammar !== 'postgres') {
    plain('JSON_NUL', `instr(${expression}, ${c.dialect.literal('\\u0000')}) > 0`)
  }
  const cut = cutOff(column.source.type.logical, column.target.type.logical)
  const counted = asked.some((q) => q.code === 'SCALE')
  if (cut !== null && !counted && (column.rule === 'cast' || column.rule === 'existing'))
    plain('LOSSY_CAST', `${expression} IS NOT NULL`, cut)
  return questions
}

function refusesNull(draft: DraftTable, column: DraftColumn): boolean {
  return !column.target.nullable || (draft.target.primaryKey?.columns.includes(column.target.name) ?? false)
}

/** What a cast takes away from every value, whatever it is. */
function cutOff(s: LogicalType, t: LogicalType): string | null {
  if (s.kind === 'timestamp' && t.kind === 'date') return 'the time of day is cut off'
  if (s.kind === 'timestamp' && t.kind === 'time') return 'the date is cut off'
  if (s.kind === 'float' && t.kind === 'float' && s.bits > t.bits) return 'digits after the seventh are lost'
  if (
    s.kind === t.kind &&
    (s.kind === 'timestamp' || s.kind === 'time') &&
    'fraction' in t &&
    s.fraction > t.fraction
  ) {
    return `fractions of a second keep ${t.fraction} of ${s.fraction} digits`
  }
  return null
}

/** Eight bytes of an index entry are its head. */
const ENTRY_HEAD = 8
/** Each text has its length beside it. */
const VALUE_HEAD = 4

/** Rows whose index entries would be too wide: only indexes over texts or bytes that may be that long. */
function indexQuestions(c: AskContext, draft: DraftTable): Question[] {
  const limit = c.indexBytes
  if (limit === null || c.to.grammar !== 'postgres' || c.from.grammar === 'postgres') return []
  return indexedColumns(draft.target).flatMap(({ name, columns }): Question[] => {
    const long = columns.flatMap((target) => draft.columns.filter((k) => k.target.name === target && mostBytes(k) > 0))
    const most = long.reduce((sum, k) => sum + mostBytes(k), 0)
    if (most <= limit || draft.action === 'append' || draft.action === 'truncate') return []
    const sizes = long.map((k) => `coalesce(octet_length(${k.expression ?? c.dialect.quote(k.source.name)}), 0)`)
    const room = limit - ENTRY_HEAD - VALUE_HEAD * columns.length
    return [
      {
        code: 'INDEX_ENTRY',
        column: long[0],
        probe: null,
        predicate: `${sizes.join(' + ')} > ${room}`,
        decides: false,
        detail: name,
      },
    ]
  })
}

function indexedColumns(table: Table): { name: string; columns: readonly string[] }[] {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques]
  const indexes = table.indexes
    .filter((i) => i.method === 'btree' || i.method === '')
    .map((i) => ({ name: i.name, columns: i.parts.flatMap((p) => p.column ?? []) }))
  const seen = new Set<string>()
  return [...keys, ...indexes].filter((k) => {
    const columns = k.columns.join('\0')
    if (seen.has(columns)) return false
    seen.add(columns)
    return true
  })
}

/** The most bytes that a value of the column takes; 0 for those of a small fixed size. */
function mostBytes(k: DraftColumn): number {
  const { logical } = k.source.type
  if (logical.kind === 'text') return (logical.max ?? Number.POSITIVE_INFINITY) * 4
  return logical.kind === 'bytes' ? (logical.max ?? Number.POSITIVE_INFINITY) : 0
}
