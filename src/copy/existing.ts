/** Source tables onto tables that the target has already: column by column, by name. The target's types decide. */
import { NaruError } from '../core/error.ts'
import { type Column, displayName, type Table } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import type { ConvertedColumn } from '../diff/convert-columns.ts'
import { type ConvertInput, labelOf } from '../diff/convert-context.ts'
import type { ConvertedTable } from '../diff/convert-table.ts'
import type { DraftColumn, DraftTable } from './draft.ts'

/**
 * A table onto an existing one. `converted` says how naru itself would have made it: where the existing column has the very type
 * that naru would choose, its meaning (an array kept as JSON) is known from there.
 * @throws NaruError COLUMN_MISSING for source columns without counterpart, and (when `writing`) for target columns that nothing fills;
 * UNSUPPORTED where values cannot be read in the form that the target's type needs.
 */
export function draftExisting(
  input: ConvertInput,
  converted: ConvertedTable,
  existing: Table,
  action: 'append' | 'truncate',
  o: { readonly where?: string; readonly writing: boolean },
): DraftTable {
  const label = labelOf(input, converted.source.name)
  const pairs = converted.columns.map((k) => ({ k, target: counterpart(existing, k.target.name) }))
  const lost = pairs.filter((p) => p.target === undefined && p.k.source.generated === undefined)
  if (lost.length > 0)
    throw columnsMissing(
      label,
      existing,
      lost.map((p) => p.k.source),
    )
  const columns = pairs.flatMap(({ k, target }) =>
    target === undefined || target.generated !== undefined ? [] : [existingColumn(input, label, k, target)],
  )
  const filled = new Set(pairs.flatMap((p) => p.target?.name ?? []))
  const unfilled = existing.columns.filter((k) => !filled.has(k.name) && mustBeFilled(k))
  if (o.writing && unfilled.length > 0) throw columnsUnfilled(label, existing, unfilled)
  const target = withCounter(existing, converted)
  return { label, source: converted.source, target, columns, action, ...(o.where !== undefined && { where: o.where }) }
}

function counterpart(existing: Table, name: string): Column | undefined {
  const exact = existing.columns.find((k) => k.name === name)
  if (exact !== undefined) return exact
  const loose = existing.columns.filter((k) => k.name.toLowerCase() === name.toLowerCase())
  return loose.length === 1 ? loose[0] : undefined
}

function existingColumn(input: ConvertInput, label: string, k: ConvertedColumn, target: Column): DraftColumn {
  const native = (text: string) => text.toLowerCase().replace(/\s+/g, '')
  if (native(k.target.type.native) === native(target.type.native)) {
    const { wire, loss } = k.decision
    return {
      source: k.source,
      target: { ...target, type: k.target.type },
      wire,
      rule: 'existing',
      ...(loss && { loss }),
    }
  }
  const wire = existingWire(input, k.source, target)
  if (!input.sourceDialect.canRead(k.source.type, wire)) {
    throw new NaruError(
      'UNSUPPORTED',
      `${label}.${k.source.name} cannot go into ${target.name}, which is ${target.type.native}`,
      {
        why: `${k.source.type.native} has no form that ${target.type.native} takes`,
        hint: `Change the column's type on the target, or leave the table out with --exclude.`,
        state: 'nothing was changed',
      },
    )
  }
  return { source: k.source, target, wire, rule: 'existing' }
}

/** A form that only the target's engine speaks is reached by its text, which the engine casts. */
function existingWire(input: ConvertInput, source: Column, target: Column): WireType {
  const own = input.targetDialect.wire(target.type)
  if (own.kind !== 'raw' || input.sourceDialect.canRead(source.type, own)) return own
  const text: WireType = { kind: 'text' }
  return target.type.logical.kind === 'array' ? { kind: 'array', of: text } : text
}

function mustBeFilled(column: Column): boolean {
  return (
    !column.nullable && column.default === undefined && column.identity === undefined && column.generated === undefined
  )
}

/** The existing table's counter goes to where the source's stands. */
function withCounter(existing: Table, converted: ConvertedTable): Table {
  const next = converted.source.counter?.next
  const column = existing.columns.find((k) => k.identity !== undefined)
  if (next === undefined || column === undefined) return existing
  return { ...existing, counter: { column: column.name, next } }
}

function columnsMissing(label: string, existing: Table, columns: readonly Column[]): NaruError {
  const names = columns.map((k) => k.name).join(', ')
  return new NaruError(
    'COLUMN_MISSING',
    `${displayName(existing.name)} on the target has no place for ${names} of ${label}`,
    {
      why: `it has ${existing.columns.map((k) => k.name).join(', ')}`,
      hint: `Add the column on the target, or give the one that is meant: --rename '${label}.${columns[0].name}=NAME'.`,
      state: 'nothing was changed',
    },
  )
}

function columnsUnfilled(label: string, existing: Table, columns: readonly Column[]): NaruError {
  const names = columns.map((k) => k.name).join(', ')
  return new NaruError(
    'COLUMN_MISSING',
    `${label} has nothing for ${names} of ${displayName(existing.name)} on the target`,
    {
      why: 'the column is NOT NULL and has no default, so every row would be refused',
      hint: 'Give the column a default on the target, or let it take NULL.',
      state: 'nothing was changed',
    },
  )
}
