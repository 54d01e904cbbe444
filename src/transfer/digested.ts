/**
 * The fields of a mapping as SQL of the source, as far as it has words for them: its database can then compute digests of rows that are only
 * made on their way.
 */
import { randomUUID } from 'node:crypto'
import type { Dialect, WireColumn } from '../core/engine.ts'
import type { ColumnPlan, TablePlan } from '../core/plan.ts'
import { digestText } from '../core/row-text.ts'
import type { FieldStep, Miss, RowStage } from '../core/transfer.ts'
import type { WireType } from '../core/wire.ts'
import { configuredField } from './miss.ts'

/** Digest text of rows that the mapping refuses: no value of a target has it. */
const REFUSED = `refused ${randomUUID()}`

/** Why no field of a mapping is to be had inside the source's database; null: fields are looked at one by one. */
export function undigested({ row, unless }: RowStage): string | null {
  if (row !== undefined) return 'a function makes the rows'
  return unless === undefined ? null : 'rows that are there already are left out here'
}

/** Per column of the plan what the source's database can digest; a text says why it cannot. */
export function digestedColumns(plan: TablePlan, stage: RowStage, source: Dialect): (WireColumn | string)[] {
  return stage.fields.map((step, i) => digested(step, plan.columns[i], stage.read, source))
}

function digested(step: FieldStep, to: ColumnPlan, read: readonly WireColumn[], source: Dialect): WireColumn | string {
  const own: WireColumn = { name: to.target.name, column: to.target, wire: to.wire }
  switch (step.kind) {
    case 'field':
      return sameForm(read[step.at].wire, to.wire) ? { ...read[step.at], wire: to.wire } : 'its form changes on the way'
    case 'constant':
      return { ...own, digested: source.literal(textOf(own, step.text)) }
    case 'values':
      return valuesText(step, own, read[step.at], source)
    case 'lookup':
      return 'it is looked up'
    case 'mask':
      return 'it is masked'
    case 'file':
    case 'file refs':
      return 'it is the address of a file that was moved'
    case 'fresh':
    case 'row':
      return 'it is made here'
  }
}

/** Blanks at the end count on one side and not on the other: only rows tell then. */
function sameForm(a: WireType, b: WireType): boolean {
  const form = (t: WireType) => JSON.stringify({ ...t, beyond: undefined })
  return form(a) === form(b)
}

/** Digest text of a text of the mapping, as a column has it. */
function textOf(column: WireColumn, text: string | null): string | null {
  if (text === null) return null
  const field = configuredField(column, text, `'${text}'`)
  return digestText(column.wire)(field, 4, field.length)
}

function valuesText(
  step: Extract<FieldStep, { kind: 'values' }>,
  own: WireColumn,
  from: WireColumn,
  source: Dialect,
): WireColumn | string {
  const entries = new Map<string, string | null>()
  let ofNull: string | null = null
  for (const [old, text] of step.entries) {
    const key = textOf(from, old)
    if (key === null) ofNull = textOf(own, text)
    else if (!entries.has(key)) entries.set(key, textOf(own, text))
  }
  const float = from.wire.kind === 'float4' || from.wire.kind === 'float8'
  const map = { entries: [...entries], ofNull, otherwise: otherwise(step.miss, own) }
  const sql = float ? null : source.mappedText?.(from, map)
  return sql === null || sql === undefined ? `${from.name} is not digested there` : { ...own, digested: sql }
}

function otherwise(miss: Miss, own: WireColumn): string | null {
  switch (miss.do) {
    case 'null':
      return null
    case 'default':
      return textOf(own, miss.text)
    case 'reject':
    case 'fail':
      return REFUSED
  }
}

/** The stage with these fields alone, reading no more than they and the key need. */
export function partialStage(stage: RowStage, kept: readonly number[], key: readonly string[] | null): RowStage {
  const fields = kept.map((i) => stage.fields[i])
  const asked = new Set([...fields.flatMap(fieldsRead), ...(stage.unless?.at ?? [])])
  const keyed = (c: WireColumn) => c.expression === undefined && (key ?? []).includes(c.name)
  const all = stage.row !== undefined
  const places = stage.read.flatMap((c, at) => (all || asked.has(at) || keyed(c) ? [at] : []))
  const moved = new Map(places.map((at, i) => [at, i]))
  const to = (at: number) => moved.get(at) as number
  return {
    ...stage,
    read: places.map((at) => stage.read[at]),
    fields: fields.map((step) => moveField(step, to)),
    ...(stage.unless !== undefined && { unless: { ...stage.unless, at: stage.unless.at.map(to) } }),
  }
}

function fieldsRead(step: FieldStep): readonly number[] {
  switch (step.kind) {
    case 'constant':
      return []
    case 'lookup':
      return step.at
    case 'fresh':
      return step.unless === undefined ? [] : fieldsRead(step.unless)
    case 'row':
      return step.fallback === undefined ? [] : fieldsRead(step.fallback)
    default:
      return [step.at]
  }
}

function moveField(step: FieldStep, to: (at: number) => number): FieldStep {
  switch (step.kind) {
    case 'constant':
      return step
    case 'lookup':
      return { ...step, at: step.at.map(to) }
    case 'fresh':
      return step.unless === undefined ? step : { ...step, unless: moveField(step.unless, to) }
    case 'row':
      return step.fallback === undefined ? step : { ...step, fallback: moveField(step.fallback, to) }
    default:
      return { ...step, at: to(step.at) }
  }
}
