/** The plan of a copy: plain data, made once from both schemas, handed to lanes, verification and the report. */
import type { AccessStep, Policy, WireColumn } from './engine.ts'
import type { KeyRange } from './key.ts'
import type { Relation } from './relation.ts'
import type { Column, ObjectName, OtherObject, Schema, Table } from './schema.ts'
import type { RowStage } from './transfer.ts'
import type { WireType } from './wire.ts'

/** How one column goes over. */
export interface ColumnPlan {
  readonly source: Column
  readonly target: Column
  readonly wire: WireType
  /** SQL in the source in place of the plain column: a cast or a policy. */
  readonly expression?: string
  /** Where the type came from: same engine, default rule, --cast, config. */
  readonly rule: 'same' | 'default' | 'cast' | 'existing'
  /** What the cast loses or changes, for people. */
  readonly loss?: string
}

export interface TablePlan {
  /** The source table's name as options, ledger, events and reports show it: without the schema that is the default there. */
  readonly label: string
  readonly source: Table
  readonly target: Table
  readonly columns: readonly ColumnPlan[]
  /** Source key columns in order, or null: no key to page by. */
  readonly key: readonly string[] | null
  readonly where?: string
  /** Predicate in the target's SQL, for a verification of a part of both sides. */
  readonly targetWhere?: string
  /** Whether rows leave the target in the source's key order (digest by stream) or not (digest by sum). */
  readonly ordered: boolean
  /** What to do about the table on the target. */
  /** `fill`: it is there and empty. */
  readonly action: 'create' | 'fill' | 'append' | 'truncate' | 'drop and create'
  /** Rows in the source when planned (before --where), counted wherever anything is asked of them, else by its statistics; rows left out by --where. */
  readonly rows: number
  readonly filtered: number
  readonly bytes: number
  /** A mapping: what is read, and how it becomes `columns`. Absent: fields are written as they are read. */
  readonly stage?: RowStage
  /** Which source, where there are several; default the first. */
  readonly origin?: number
  /** Tables of one phase move beside each other, phases one after the other; default 0. */
  readonly phase?: number
  /** Target columns that identify a row, where the source's key does not travel as it is. */
  readonly rowKey?: readonly string[]
  /** One lane moves it in key order: which of two equal rows comes first matters. */
  readonly serial?: true
  /** Rows that the target holds are compared first: a unit that is the same is kept, any other is emptied and copied again. */
  readonly refresh?: Refresh
  /** Hands out numbers for this key: an id map. */
  readonly numbers?: { readonly table: Table; readonly column: string }
  /** Rows of the same key are changed in these columns. */
  readonly upsert?: Upsert
  /** Label of the table whose rows of the source it reads, too: id maps, and further tables of a row function. */
  readonly of?: string
  /** Nothing of the source is read but these ranges: what a sample has taken. */
  readonly taken?: readonly KeyRange[]
}

/**
 * Of a column that several rows of one key fill: `first` and `last` in the order in which they come, `filled`: the first that is not NULL,
 * or the least or greatest value.
 */
export type ConflictRule = 'first' | 'last' | 'filled' | 'least' | 'greatest'

/** How rows are met that the target has already. */
export interface Upsert {
  readonly key: readonly string[]
  /** Rule by column; those that are not named stay as they are. */
  readonly update: Readonly<Record<string, ConflictRule>>
}

/** How the units of a table that is there already are brought up to date. */
export interface Refresh {
  /** Columns of the target that hold the source's key, by which a unit is found there; null without `rows`: the table is one unit. */
  readonly key: readonly string[] | null
  /** In place of `key`: columns whose values in the rows of a unit, as the source makes them, name its rows on the target. */
  readonly rows?: readonly string[]
  /** Rows are merged of several: those of keys whose row is not what they come to are written again. */
  readonly merged?: true
  /** `merged`: why that cannot be said row by row; by digests of an earlier run all of it is kept, or all of it is written. */
  readonly asWhole?: string
  /** All units that differ are emptied before the first is written: a value that must be unique may have moved from one to another. */
  readonly emptyFirst: boolean
  /** Why rows must not be taken out of this table: a unit that holds some and differs ends the run. */
  readonly refuse?: string
}

/** Whether a table is compared as a whole, and copied as a whole where it differs. */
export function isOneUnit(r: Refresh): boolean {
  return r.key === null && r.rows === undefined && r.merged === undefined
}

/** A mapping for people. */
export interface MappingView {
  readonly transfer: string
  readonly from: string
  readonly to: string
  readonly columns: readonly { readonly target: string; readonly says: string }[]
  /** Source columns that nothing takes. */
  readonly left: readonly string[]
  /** Target columns that the database fills, and with what. */
  readonly filled: readonly { readonly column: string; readonly by: string }[]
  readonly write: string
}

/** Addresses of one store in the columns that mappings move files for. */
export interface PlannedFiles {
  readonly store: string
  /** Source columns, for people. */
  readonly columns: readonly string[]
  /** Different addresses in the rows that are taken. */
  readonly addresses: number
  /** There are more of them than were counted. */
  readonly more: boolean
  /** Different files that they name: several addresses may name one. */
  readonly files: number
  /** Files by what the ledger knows of them: `done` are there, `pending` will be fetched. Addresses of no file: `outside`, `invalid`. */
  readonly states: Readonly<Record<string, number>>
}

export type Severity = 'blocks' | 'accepted' | 'settled' | 'note'

/** Values counted in the source that the target would refuse or change. */
export interface Finding {
  /** ZERO_DATE, TIME_RANGE … see FINDINGS in copy/findings. */
  readonly code: string
  readonly table: string
  readonly column: string | null
  readonly count: number
  /** Up to five keys, for people. */
  readonly samples: readonly string[]
  readonly message: string
  /** The ways out, each a line that can be typed or put into the config. */
  readonly ways: readonly string[]
  readonly severity: Severity
  readonly policy?: Policy
}

/** An object of the source and what becomes of it. */
export interface Leftover {
  readonly kind: string
  readonly name: string
  readonly table?: string
  readonly outcome: 'converted' | 'approximated' | 'left'
  readonly why: string
  /** A schema that was not read: what is in it, for people. */
  readonly holds?: string
  /** SQL for the target to start from. */
  readonly stub?: string
}

/** A table in which a framework keeps its schema version. */
export interface VersionTable {
  readonly framework: string
  readonly table: string
  readonly version: string | null
}

export interface Side {
  readonly label: string
  readonly engine: string
  readonly flavor: string
  readonly version: string
}

/** Whether a table is made by the copy. */
export function isMade({ action }: Pick<TablePlan, 'action'>): boolean {
  return action === 'create' || action === 'drop and create'
}

/** Whether a table was there before the copy: its foreign keys and triggers are off while it is loaded, where the engine lets them be. */
export function isExisting(plan: Pick<TablePlan, 'action'>): boolean {
  return !isMade(plan)
}

export interface CopyPlan {
  readonly from: Side
  readonly to: Side
  readonly tables: readonly TablePlan[]
  /** The target schema as it shall be: only the tables of this copy, and the types they need. */
  readonly schema: Schema
  /** Views, routines, triggers … that are made on the target by their own statements (same engine only). */
  readonly objects: readonly OtherObject[]
  /** Who is to own what is made, and who is to have which privileges: tried at the end, one by one. */
  readonly access: readonly AccessStep[]
  readonly leftovers: readonly Leftover[]
  readonly findings: readonly Finding[]
  readonly versionTables: readonly VersionTable[]
  /** Estimates: seconds, and bytes on the target with indexes. */
  readonly estimate: { readonly seconds: number; readonly bytes: number }
  /** Hash of the source schema (of the tables in the plan) and casts, compared on resume. */
  readonly hash: string
  /** Of a run of transfers: what goes where. */
  readonly mappings?: readonly MappingView[]
  /** Files that mappings move, as `naru plan` counts them. */
  readonly files?: readonly PlannedFiles[]
  /** Only a sample of the rows is taken. */
  readonly sample?: SamplePlan
}

/** A sample of the rows, and of each table what it comes to. */
export interface SamplePlan {
  /** `1%` or a number of rows of each table. */
  readonly asked: string
  readonly seed: number
  /** `naru plan`: about how many; once rows are chosen: exactly. */
  readonly exact: boolean
  readonly tables: readonly SampledTable[]
  /** Relations that the user declared; absent: none. */
  readonly relations?: readonly Relation[]
}

/** What a sample takes of a table. */
export interface SampledTable {
  readonly table: string
  /** Rows that there are, and that are taken, those that others need among them. */
  readonly rows: number
  readonly taken: number
  /** Rows that are taken only because others cannot be without them. */
  readonly needed: number
  /** Why all of it is taken; absent: a sample is. */
  readonly whole?: string
  /** Nothing says that its rows and those of another table belong together. */
  readonly alone?: true
}

/** The columns of a table plan as the source reads them. */
export function sourceColumns(plan: TablePlan): WireColumn[] {
  if (plan.stage !== undefined) return [...plan.stage.read]
  return plan.columns.map((c) => ({ name: c.source.name, column: c.source, wire: c.wire, expression: c.expression }))
}

/**
 * Where the fields of the source's key lie in a tuple of the plan; null without a key, or where a mapping does not carry it as it is.
 */
export function carriedKey(plan: TablePlan): number[] | null {
  const { key, stage, columns } = plan
  if (key === null) return null
  if (stage === undefined) return key.map((name) => columns.findIndex((c) => c.source.name === name))
  const at = key.map((name) => {
    const plain = (at: number) => stage.read[at].name === name && stage.read[at].expression === undefined
    return stage.fields.findIndex((step) => step.kind === 'field' && plain(step.at))
  })
  return at.includes(-1) ? null : at
}

/** Where the fields lie in a tuple by which a row is found again on the target; null: only the whole row tells. */
export function rowPositions(plan: TablePlan): number[] | null {
  if (plan.ordered || plan.rowKey === undefined) return carriedKey(plan)
  const at = plan.rowKey.map((name) => plan.columns.findIndex((c) => c.target.name === name))
  return at.includes(-1) ? null : at
}

/** The columns of a table plan as the target writes (and reads back) them. */
export function targetColumns(plan: TablePlan): WireColumn[] {
  return plan.columns.map((c) => ({ name: c.target.name, column: c.target, wire: c.wire }))
}

/** The source table's name as the ledger, options and reports show it. */
export function tableLabel(name: ObjectName, defaultSchema?: string): string {
  return name.schema === undefined || name.schema === defaultSchema ? name.name : `${name.schema}.${name.name}`
}
