/** Tables on their way before the data has been asked: source and target columns paired, with the wire between them. */
import { type ColumnPlan, type TablePlan, tableLabel } from '../core/plan.ts'
import type { Column, Schema, Table } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import type { ConvertInput } from '../diff/convert-context.ts'
import type { ConvertedTable } from '../diff/convert-table.ts'

export interface DraftColumn {
  readonly source: Column
  readonly target: Column
  readonly wire: WireType
  /** SQL read in place of the plain column, once a policy asks for it. */
  readonly expression?: string
  readonly rule: ColumnPlan['rule']
  readonly loss?: string
}

export interface DraftTable {
  /** The source table's name for people. */
  readonly label: string
  readonly source: Table
  readonly target: Table
  readonly columns: readonly DraftColumn[]
  readonly action: TablePlan['action']
  readonly where?: string
  /** Columns to page by, where they are not what `pagingKey` would choose among the columns that travel. */
  readonly key?: readonly string[] | null
}

/** A table that the copy makes: every column travels but those that the target computes. */
export function draftCreated(
  source: Schema,
  table: ConvertedTable,
  action: TablePlan['action'],
  where?: string,
): DraftTable {
  const columns = table.columns
    .filter((k) => k.target.generated === undefined)
    .map(({ source: from, target, decision }) => ({
      source: from,
      target,
      wire: decision.wire,
      rule: decision.rule,
      ...(decision.loss !== undefined && { loss: decision.loss }),
    }))
  const label = tableLabel(table.source.name, source.name)
  return { label, source: table.source, target: table.target, columns, action, ...(where !== undefined && { where }) }
}

/** The table of the target that stands under the converted table's name: exactly, or but for case where only one does. */
export function existingTable(input: Pick<ConvertInput, 'target'>, converted: Table): Table | undefined {
  const here = input.target.tables.filter(
    (t) => (t.name.schema ?? input.target.name) === (converted.name.schema ?? input.target.name),
  )
  const exact = here.find((t) => t.name.name === converted.name.name)
  if (exact !== undefined) return exact
  const loose = here.filter((t) => t.name.name.toLowerCase() === converted.name.name.toLowerCase())
  return loose.length === 1 ? loose[0] : undefined
}
