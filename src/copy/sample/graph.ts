/**
 * Which rows ask for which others: the tables of a plan as nodes, and for each foreign key, ref, look-up and declared relation the way from a row to the rows
 * that it cannot be without. Where that way cannot be gone backwards, from a value to the source row that brings it, the table at its
 * end is taken whole, and why is said.
 */
import type { WireColumn } from '../../core/engine.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { Relation } from '../../core/relation.ts'
import { type Column, displayName, type ForeignKey, type ObjectName, type Table } from '../../core/schema.ts'
import type { FieldStep } from '../../core/transfer.ts'
import { isPaged } from '../order.ts'

/** What is read of a row: a column as it is, or an expression. */
export type Asked = Pick<WireColumn, 'name' | 'column' | 'expression' | 'wire'>

/** Rows of a source that are taken together: those of a table, and of the id maps and further tables that are made of the same rows. */
export interface SampleNode {
  readonly label: string
  /** Positions in the plan of all that read these rows. */
  readonly members: readonly number[]
  /** The one whose source, key and predicate say which rows there are. */
  readonly plan: TablePlan
  /** Why no sample is taken of it; null: one is. */
  readonly whole: string | null
  /** No rows of another node ask for its own, and they ask for none. */
  readonly alone: boolean
}

/** Rows of one node that cannot be without rows of another. */
export interface SampleEdge {
  readonly from: number
  readonly to: number
  /** Read of the row that asks; NULL in one of them asks for nothing. */
  readonly read: readonly Asked[]
  /** Source columns of the other that hold the same values. */
  readonly key: readonly string[]
}

export interface SampleGraph {
  readonly nodes: readonly SampleNode[]
  readonly edges: readonly SampleEdge[]
}

/** The graph of a plan's tables. `relations`: what the sources do not declare. */
export function sampleGraph(tables: readonly TablePlan[], relations: readonly Relation[]): SampleGraph {
  const names = [...new Set(tables.map((t) => t.of ?? t.label))]
  const nodeOf = new Map(names.map((name, i) => [name, i]))
  const at = (t: TablePlan) => nodeOf.get(t.of ?? t.label) as number
  const wholes = new Map<number, string>()
  const edges = new Map<string, SampleEdge>()
  const related = new Set<number>()
  for (const table of tables) {
    if (isKeyPlan(table)) continue
    // What a function makes of one row stays together.
    const own = needsOf(table, tables).filter((need) => table.of === undefined || at(need.of) !== at(table))
    for (const need of [...own, ...declaredNeeds(table, tables, relations)]) {
      const [from, to] = [at(table), at(need.of)]
      if (from !== to) related.add(from).add(to)
      if (typeof need.by === 'string') {
        if (!wholes.has(to)) wholes.set(to, need.by)
        continue
      }
      const edge: SampleEdge = { from, to, read: need.by.map((b) => b.read), key: need.by.map((b) => b.key) }
      if (from === to && edge.key.every((name, i) => edge.read[i].name === name)) continue
      edges.set(JSON.stringify([from, to, edge.read.map((r) => [r.name, r.expression]), edge.key]), edge)
    }
  }
  const nodes = names.map((label, i): SampleNode => {
    const members = tables.flatMap((t, n) => (at(t) === i ? [n] : []))
    const plan = tables[members.find((n) => tables[n].of === undefined) ?? members[members.length - 1]]
    const whole = plan.key === null ? 'it has no key' : (wholes.get(i) ?? null)
    return { label, members, plan, whole, alone: !related.has(i) }
  })
  return { nodes, edges: [...edges.values()].filter((e) => nodes[e.to].whole === null) }
}

/** The plan of an id map or a match table. */
function isKeyPlan(t: TablePlan): boolean {
  return t.stage?.unless !== undefined
}

interface Pair {
  readonly read: Asked
  readonly key: string
}

/** A table whose rows another one asks for, and by which values; a text: why they cannot be found by values. */
interface Need {
  readonly of: TablePlan
  readonly by: readonly Pair[] | string
}

function needsOf(table: TablePlan, tables: readonly TablePlan[]): Need[] {
  const keys = table.target.foreignKeys.flatMap((fk) => foreignNeeds(table, fk, tables))
  return [...keys, ...lookupNeeds(table, tables), ...sourceNeeds(table, tables)]
}

/** By foreign keys of the source, whatever the target has. */
function sourceNeeds(table: TablePlan, tables: readonly TablePlan[]): Need[] {
  if (table.stage !== undefined) return []
  return table.source.foreignKeys.flatMap((fk): Need[] => {
    const parents = tables.filter((t) => t.stage === undefined && isNamed(t.source, fk.references))
    return parents.map((of) => {
      const by = fk.columns.map((name, i) => {
        const column = table.source.columns.find((c) => c.name === name)
        return column === undefined ? null : pair(plain(column), of, fk.referencedColumns[i])
      })
      return { of, by: whole(by) ?? `${table.label} points at it by what cannot be searched for` }
    })
  })
}

/** By relations that the user declared: whatever reads the one table cannot be without what is read of the other. */
function declaredNeeds(table: TablePlan, tables: readonly TablePlan[], relations: readonly Relation[]): Need[] {
  const reads = (t: TablePlan, r: Relation, name: ObjectName) => (t.origin ?? 0) === r.origin && isNamed(t.source, name)
  return relations
    .filter((r) => reads(table, r, r.from))
    .flatMap((r) => {
      const parents = tables.filter((t) => !isKeyPlan(t) && reads(t, r, r.to))
      return parents.map((of): Need => {
        const by = r.columns.map((name, i) => {
          const column = table.source.columns.find((c) => c.name === name)
          return column === undefined ? null : pair(plain(column), of, r.references[i])
        })
        return { of, by: whole(by) ?? `${r.text} compares values of different kinds` }
      })
    })
}

/** By foreign keys of the target. */
function foreignNeeds(table: TablePlan, fk: ForeignKey, tables: readonly TablePlan[]): Need[] {
  const values = fk.columns.map((name) => filledFrom(table, name))
  if (values.some((v) => v.kind === 'null')) return []
  const parents = tables.filter((t) => !isKeyPlan(t) && isNamed(t.target, fk.references))
  const seenTo = (v: Filled) => v.kind === 'lookup' && parents.some((of) => leadsTo(v.table, of, tables))
  if (values.some(seenTo)) return [] // as a look-up
  return parents.flatMap((of): Need[] => {
    const why = `${table.label} points at it by ${fk.columns.join(', ')}, which is made on the way`
    const by = values.map((v, i) => {
      const key = sourceColumnOf(of, fk.referencedColumns[i])
      return v.kind === 'read' && key !== null ? pair(v.read, of, key) : null
    })
    return [{ of, by: whole(by) ?? why }]
  })
}

/** By look-ups and refs. */
function lookupNeeds(table: TablePlan, tables: readonly TablePlan[]): Need[] {
  const { stage } = table
  if (stage === undefined) return []
  return stage.fields.flatMap((step): Need[] => {
    if (step.kind !== 'lookup') return []
    const plan = stage.lookups[step.lookup]
    const read = step.at.map((i) => stage.read[i])
    const parents = tables.filter((t) => isNamed(t.target, plan.table.name) && t.stage?.unless?.as !== 'merged')
    return parents.map((of) => {
      const by = plan.by.flatMap((column, i): (Pair | null)[] => {
        const filled = filledFrom(of, column.name)
        if (filled.kind === 'constant') return [] // the same in all rows: it only says which of them are not meant
        const key = sourceColumnOf(of, column.name)
        return [key === null ? null : pair(read[i], of, key)]
      })
      const found = by.length > 0 ? whole(by) : null
      return { of, by: found ?? `${table.label} looks up ${plan.label}, which is made on the way` }
    })
  })
}

/** Whether a look-up in this table gives keys of those rows. */
function leadsTo(lookedUp: Table, of: TablePlan, tables: readonly TablePlan[]): boolean {
  if (isNamed(of.target, lookedUp.name)) return true
  const map = tables.find((t) => isKeyPlan(t) && isNamed(t.target, lookedUp.name))
  return map !== undefined && (map.of ?? map.label) === (of.of ?? of.label)
}

type Filled =
  | { readonly kind: 'read'; readonly read: Asked }
  | { readonly kind: 'lookup'; readonly table: Table }
  | { readonly kind: 'null' | 'constant' | 'made' }

/** Where a column of the target gets its values from. */
function filledFrom(plan: TablePlan, name: string): Filled {
  const i = plan.columns.findIndex((c) => c.target.name === name)
  if (i < 0) {
    const column = plan.target.columns.find((c) => c.name === name)
    return { kind: column?.default === undefined && column?.generated === undefined ? 'null' : 'made' }
  }
  const step: FieldStep | undefined = plan.stage?.fields[i]
  if (plan.stage === undefined || step === undefined) {
    const { source, wire, expression } = plan.columns[i]
    return { kind: 'read', read: { ...plain(source), wire, ...(expression !== undefined && { expression }) } }
  }
  if (step.kind === 'field') return { kind: 'read', read: plan.stage.read[step.at] }
  if (step.kind === 'lookup') return { kind: 'lookup', table: plan.stage.lookups[step.lookup].table }
  if (step.kind === 'constant') return { kind: step.text === null ? 'null' : 'constant' }
  return { kind: 'made' }
}

/** The source column that a column of the target holds as it is; null where there is none. */
function sourceColumnOf(plan: TablePlan, name: string): string | null {
  const value = filledFrom(plan, name)
  return value.kind === 'read' && value.read.expression === undefined ? value.read.name : null
}

function plain(column: Column): Asked {
  return { name: column.name, column, wire: { kind: 'text' } }
}

/** Null where values of one cannot be asked for in the other. */
function pair(read: Asked, of: TablePlan, key: string): Pair | null {
  const column = of.source.columns.find((c) => c.name === key)
  if (column === undefined || !isPaged(column)) return null
  return kindOf(read.column) === kindOf(column) ? { read, key } : null
}

/** Kinds whose values are written alike. */
function kindOf({ type }: Column): string {
  const { kind } = type.logical
  if (kind === 'int' || kind === 'decimal' || kind === 'bool') return 'number'
  return kind === 'enum' ? 'text' : kind
}

function whole(by: readonly (Pair | null)[]): readonly Pair[] | null {
  return by.every((p) => p !== null) ? by : null
}

function isNamed(table: Table, name: ObjectName): boolean {
  return displayName(table.name) === displayName(name)
}
