/** Values of the sources that a mapping has nothing for, counted before any row moves: value maps, and lookups whose table is there already. */
import { CellError, encoder } from '../core/encode.ts'
import type { Database, Value } from '../core/engine.ts'
import type { Finding, TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import type { FieldStep, LookupPlan } from '../core/transfer.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { keyReader } from './lookup-key.ts'
import { Tuple } from './tuple.ts'

/** Different values (or keys) of a column that are looked at; where there are more, the lanes look. */
const MOST_KEYS = 1_000_000

export interface MissInput {
  readonly plan: TablePlan
  readonly source: Database
  readonly target: Database
  /** Names of target tables that this run fills: what they will hold is not known yet. */
  readonly filling: ReadonlySet<string>
}

/** Findings VALUE_UNMAPPED and LOOKUP_MISS of one table. Sources without SQL are not asked. */
export async function missFindings(input: MissInput): Promise<Finding[]> {
  const { plan } = input
  if (plan.stage === undefined || input.source.engine.name === 'csv') return []
  const findings: Finding[] = []
  for (const [i, step] of plan.stage.fields.entries()) {
    if (step.kind === 'values' && step.miss.do === 'fail') findings.push(...(await unmapped(input, i, step)))
    if (step.kind === 'lookup' && step.miss.do === 'fail') findings.push(...(await missing(input, i, step)))
  }
  return findings
}

interface Group {
  readonly key: readonly string[]
  readonly rows: number
}

/** Different combinations of some fields in the rows that are taken, as lanes tell them apart, NULLs left out; null: too many. */
async function groups(input: MissInput, at: readonly number[]): Promise<Group[] | null> {
  const { plan, source } = input
  const d = source.engine.dialect
  const read = plan.stage?.read ?? []
  const columns = at.map((i) => read[i].expression ?? d.quote(read[i].name))
  const where = [...columns.map((c) => `${c} IS NOT NULL`), ...(plan.where === undefined ? [] : [`(${plan.where})`])]
  const by = columns.flatMap((c) => [c, d.exactly(c)])
  const rows = await source.query(
    `SELECT ${columns.map((c, i) => `${c} AS k${i}`).join(', ')}, count(*) AS n FROM ${d.table(plan.source.name)} WHERE ${where.join(' AND ')} GROUP BY ${by.join(', ')} LIMIT ${MOST_KEYS + 1}`,
  )
  if (rows.length > MOST_KEYS) return null
  return rows.map((r) => ({ key: at.map((_, i) => textOf(r[`k${i}`])), rows: Number(r.n) }))
}

/** A value as the canonical text of its wire form, for the types that keys and codes have. */
function textOf(value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'boolean') return value ? '1' : '0'
  return String(value)
}

/** What lanes compare, of texts of these types: equal exactly where they find the one by the other. */
function keyOf(wires: readonly WireType[]): (texts: readonly string[]) => string {
  const encoders = wires.map(encoder)
  const reader = keyReader([...wires.keys()], wires)
  const w = new ByteWriter(64)
  const tuple = new Tuple(wires.length)
  return (texts) => {
    w.at = 0
    w.int16(texts.length)
    try {
      for (const [i, encode] of encoders.entries()) encode(w, texts[i])
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      return `?${texts.join('\0')}` // a value that cannot be read equals none
    }
    tuple.scan(w.bytes, 0)
    reader.read(tuple)
    return Buffer.from(reader.bytes.subarray(reader.start, reader.end)).toString('base64')
  }
}

async function unmapped(input: MissInput, i: number, step: Extract<FieldStep, { kind: 'values' }>): Promise<Finding[]> {
  const key = keyOf([(input.plan.stage?.read ?? [])[step.at].wire])
  const known = new Set(step.entries.flatMap(([old]) => (old === null ? [] : [key([old])])))
  const found = await groups(input, [step.at])
  const open = (found ?? []).filter((g) => !known.has(key(g.key)))
  if (open.length === 0) return []
  const column = input.plan.columns[i].target.name
  const shown = open.slice(0, 5).map((g) => `'${g.key[0]}' (${g.rows})`)
  return [
    finding(
      input.plan,
      'VALUE_UNMAPPED',
      column,
      open,
      shown,
      `values(…) of ${column} has nothing for ${shown.join(', ')}${open.length > 5 ? ' and others' : ''}`,
      [`add them to values(…) of ${column}`, "{ miss: 'null' }, { miss: 'reject' } or { miss: { default: … } }"],
    ),
  ]
}

async function missing(input: MissInput, i: number, step: Extract<FieldStep, { kind: 'lookup' }>): Promise<Finding[]> {
  const lookup = input.plan.stage?.lookups[step.lookup]
  if (lookup === undefined || input.filling.has(displayName(lookup.table.name))) return []
  const key = keyOf(lookup.by.map((b) => b.wire))
  const known = await knownKeys(input.target, lookup, key)
  const found = known === null ? null : await groups(input, step.at)
  const open = (found ?? []).filter((g) => !known?.has(key(g.key)))
  if (open.length === 0) return []
  const column = input.plan.columns[i].target.name
  const shown = open.slice(0, 5).map((g) => `${g.key.map((k) => `'${k}'`).join(', ')} (${g.rows})`)
  return [
    finding(
      input.plan,
      'LOOKUP_MISS',
      column,
      open,
      shown,
      `${lookup.label} finds nothing for ${shown.join(', ')}${open.length > 5 ? ' and others' : ''}`,
      ['bring the rows that are missing', "{ miss: 'null' }, { miss: 'reject' } or { miss: { default: … } }"],
    ),
  ]
}

async function knownKeys(
  target: Database,
  lookup: LookupPlan,
  key: (texts: readonly string[]) => string,
): Promise<Set<string> | null> {
  const d = target.engine.dialect
  const list = lookup.by.map((b, i) => `${d.quote(b.name)} AS k${i}`).join(', ')
  const rows = await target.query(`SELECT ${list} FROM ${d.table(lookup.table.name)} LIMIT ${MOST_KEYS + 1}`)
  if (rows.length > MOST_KEYS) return null
  return new Set(rows.map((r) => key(lookup.by.map((_, i) => textOf(r[`k${i}`])))))
}

function finding(
  plan: TablePlan,
  code: 'VALUE_UNMAPPED' | 'LOOKUP_MISS',
  column: string,
  open: readonly Group[],
  samples: readonly string[],
  message: string,
  ways: readonly string[],
): Finding {
  const count = open.reduce((n, g) => n + g.rows, 0)
  return { code, table: plan.label, column, count, samples, message, ways, severity: 'blocks' }
}

/** The finding of a table that should be empty and is not. */
export async function fullFinding(plan: TablePlan, target: Database): Promise<Finding[]> {
  if (plan.action !== 'fill') return []
  const [row] = await target.query(
    `SELECT count(*) AS n FROM (SELECT 1 FROM ${target.engine.dialect.table(plan.target.name)} LIMIT 1) AS found`,
  )
  if (Number(row.n) === 0) return []
  return [
    {
      code: 'NOT_EMPTY',
      table: plan.label,
      column: null,
      count: 1,
      samples: [],
      message: `${displayName(plan.target.name)} holds rows already, and the transfer inserts into an empty table`,
      ways: [
        "write: 'replace' empties it first",
        "write: 'append' adds to what is there",
        "write: 'upsert' changes rows of the same key",
      ],
      severity: 'blocks',
    },
  ]
}
