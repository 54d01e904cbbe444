/** From decisions to statements in executable order. */
import type { PlanInput, PlannedSteps, Step, Unplanned } from '../../../core/change.ts'
import { displayName, type ObjectName, type OtherObject, type Table } from '../../../core/schema.ts'
import { isPartitioned } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { addColumn, alterColumn, dropColumn } from './columns.ts'
import { type Decisions, decide, type Work } from './decide.ts'
import { type Node, objectId, ordered, partId, partNodes, sequenceOf, tableId } from './graph.ts'
import { alterObject, createObject, dropObject, LATE, replaceObject, wayOf } from './objects.ts'
import {
  addCheck,
  addForeignKey,
  addIndex,
  addKey,
  alterPart,
  dropConstraint,
  dropIndex,
  type PartContext,
} from './parts.ts'
import { labelOf, objectAttributes, reference, step, tableLabel } from './reference.ts'
import { dropTable, makeTable, optionSteps, renameSteps, tableAttributes, traitSteps } from './tables.ts'

interface Assembly {
  readonly input: PlanInput
  readonly d: Decisions
  /** Old table by the new one's name, where it stays. */
  readonly olds: ReadonlyMap<string, Table>
  /** Old column name → new one, by the new table's name. */
  readonly renames: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly owner: string | undefined
  /** Sequences that columns own on either side, by name. */
  readonly sequences: { readonly from: ReadonlySet<string>; readonly to: ReadonlySet<string> }
  readonly unplanned: Unplanned[]
}

const NONE: ReadonlyMap<string, string> = new Map()

function ownedSequences(tables: readonly Table[]): Set<string> {
  return new Set(
    tables.flatMap((t) =>
      t.columns.flatMap((c) => (c.identity === undefined ? [] : [displayName(sequenceOf(t, c) ?? { name: '' })])),
    ),
  )
}

function assembly(input: PlanInput): Assembly {
  const d = decide(input)
  const olds = new Map<string, Table>()
  for (const table of input.from.tables) {
    const node = d.after.nodes.get(d.stays.get(tableId(table.name)) ?? '')
    if (node?.kind === 'table') olds.set(displayName(node.table.name), table)
  }
  const renames = new Map<string, Map<string, string>>()
  for (const c of d.tables) {
    if (c.from.kind !== 'table' || c.to.kind !== 'table') continue
    const own = new Map<string, string>()
    for (const e of c.edits)
      if (e.part === 'column' && e.from !== null && e.to !== null && e.from.name !== e.to.name)
        own.set(e.from.name, e.to.name)
    renames.set(displayName(c.to.table.name), own)
  }
  const sequences = { from: ownedSequences(input.from.tables), to: ownedSequences(input.to.tables) }
  return {
    input,
    d,
    olds,
    renames,
    owner: input.from.usualOwner === input.from.user ? undefined : input.from.usualOwner,
    sequences,
    unplanned: [...d.unplanned],
  }
}

const WITH_TABLE = new Set<OtherObject['kind']>(['trigger', 'policy', 'rule', 'exclusion', 'statistics'])

/** DROP of something of the old schema; [] where it goes with what it hangs on. */
function dropOf(a: Assembly, node: Node): Step[] {
  const { d, input } = a
  const back = d.stays.get(node.id) !== undefined && d.work.get(d.stays.get(node.id)!)?.mode === 'create'
  const why = back ? 'stands in the way; comes back below' : 'not there any more'
  if (node.kind === 'table') return [dropTable(node.table)]
  if (node.kind === 'object') return dropOfObject(a, node.object, back)
  const dead = d.gone.has(tableId(node.table.name))
  if (node.kind === 'foreign key') return [dropConstraint(node.table, 'foreign key', node.foreignKey.name, why)]
  if (dead) return []
  switch (node.kind) {
    case 'column':
      return [dropColumn(node.table, node.column, back ? 'made anew below' : why)]
    case 'default': {
      if (
        d.gone.has(partId(node.table.name, `column ${node.column.name}`)) ||
        (node.column.default === undefined && node.column.identity !== 'auto')
      )
        return []
      return [
        step(
          `ALTER TABLE ${qualified(node.table.name)} ALTER COLUMN ${quote(node.column.name)} DROP DEFAULT`,
          why,
          `column ${displayName(node.table.name)}.${node.column.name}`,
        ),
      ]
    }
    case 'key':
      return [dropConstraint(node.table, node.primary ? 'primary key' : 'unique', node.key.name, why)]
    case 'check':
      return node.check.inherited ? [] : [dropConstraint(node.table, 'check', node.check.name, why)]
    case 'index':
      return [dropIndex(node.table, node.index, input.online === true, why)]
  }
}

function dropOfObject(a: Assembly, o: OtherObject, back: boolean): Step[] {
  if (o.table !== undefined && WITH_TABLE.has(o.kind) && a.d.gone.has(tableId(o.table))) return []
  if (o.kind === 'inheritance' && a.d.gone.has(tableId(o.name))) return []
  if (o.kind === 'sequence' && a.sequences.to.has(displayName(o.name))) return []
  if (o.kind === 'schema') return objectAttributes(o, { kind: 'schema', name: o.name, definition: '' })
  const dropped = dropObject(o, back)
  if (dropped === null) a.unplanned.push({ object: labelOf(o), why: 'naru has no statement that drops it' })
  return dropped === null ? [] : [dropped]
}

const between = (name: ObjectName) => ({ ...name, name: `naru old ${name.name}`.slice(0, 40) })

/** What a part uses must outlive that with which the part goes: a table, or the column of a default. */
function droppingEdges(d: Decisions): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, ReadonlySet<string>>(d.before.users)
  for (const id of d.gone) {
    const node = d.before.nodes.get(id)!
    const on =
      node.kind === 'object' ? (WITH_TABLE.has(node.object.kind) ? node.object.table : undefined) : node.table.name
    if (on === undefined || node.kind === 'table' || node.kind === 'foreign key') continue
    const table = tableId(on)
    const column = node.kind === 'default' ? partId(on, `column ${node.column.name}`) : ''
    const home = d.gone.has(table) ? table : d.gone.has(column) ? column : null
    if (home === null) continue
    for (const used of d.before.uses.get(id) ?? [])
      if (used !== home) edges.set(used, new Set([...(edges.get(used) ?? []), home]))
  }
  return edges
}

/** Before anything is made: what is in the way goes, types that are made anew step aside. */
function dropStage(a: Assembly): { early: Step[]; late: Step[] } {
  const { d } = a
  const isLate = (node: Node): boolean =>
    node.kind === 'object' &&
    (LATE.has(node.object.kind) ||
      (node.object.kind === 'other' && !node.object.definition.startsWith('ALTER TABLE')) ||
      [...(d.before.users.get(node.id) ?? [])].some((u) => d.gone.has(u) && isLate(d.before.nodes.get(u)!)))
  const nodes = ordered([...d.gone].sort(), droppingEdges(d)).map((id) => d.before.nodes.get(id)!)
  const early = nodes.filter((n) => !isLate(n)).flatMap((n) => dropOf(a, n))
  const swaps = nodes.flatMap((n) =>
    n.kind === 'object' && d.swapped.has(n.id)
      ? [
          step(
            `ALTER TYPE ${qualified(n.object.name)} RENAME TO ${quote(between(n.object.name).name)}`,
            'makes place for the new one',
            labelOf(n.object),
          ),
        ]
      : [],
  )
  const late = nodes.filter(isLate).flatMap((n) => {
    if (n.kind !== 'object' || !d.swapped.has(n.id)) return dropOf(a, n)
    return [
      step(`DROP TYPE ${qualified(between(n.object.name))}`, 'nobody uses the old one any more', labelOf(n.object)),
    ]
  })
  return { early: [...early, ...swaps], late }
}

function tableRenames(a: Assembly): Step[] {
  const pairs = a.d.tables.flatMap((c) =>
    c.from.kind === 'table' && c.to.kind === 'table' && c.from.table.name.name !== c.to.table.name.name
      ? [[c.from.table.name.name, c.to.table.name.name] as const]
      : [],
  )
  const schema = quote(a.input.from.name)
  return renameSteps((n) => `TABLE ${schema}.${n} RENAME TO`, pairs, 'tables')
}

/** Names of columns, constraints and indexes that stay. */
function partRenames(a: Assembly): Step[] {
  return a.d.tables.flatMap((c) => {
    if (c.from.kind !== 'table' || c.to.kind !== 'table') return []
    const { name } = c.to.table
    const columns: [string, string][] = []
    const constraints: [string, string][] = []
    const indexes: [string, string][] = []
    for (const e of c.edits) {
      if (e.part === 'option' || e.part === 'order' || e.from === null || e.to === null || e.from.name === e.to.name)
        continue
      const id = partId(
        c.from.table.name,
        `${e.part === 'column' || e.part === 'index' ? e.part : 'constraint'} ${e.from.name}`,
      )
      if (a.d.gone.has(id)) continue
      ;(e.part === 'column' ? columns : e.part === 'index' ? indexes : constraints).push([e.from.name, e.to.name])
    }
    const table = qualified(name)
    const inSchema = (text: string) => `INDEX ${quote(name.schema ?? '')}.${text}`
    return [
      ...renameSteps((n) => `TABLE ${table} RENAME COLUMN ${n} TO`, columns, tableLabel(name)),
      ...renameSteps((n) => `TABLE ${table} RENAME CONSTRAINT ${n} TO`, constraints, tableLabel(name)),
      ...renameSteps((n) => `${inSchema(n)} RENAME TO`, indexes, tableLabel(name)),
    ]
  })
}

function objectRenames(a: Assembly): Step[] {
  return a.input.changes.flatMap((c) => {
    if (
      c.kind !== 'alter' ||
      c.from.kind !== 'object' ||
      c.to.kind !== 'object' ||
      c.from.object.name.name === c.to.object.name.name
    )
      return []
    const ref = reference(c.from.object)
    if (ref === null || a.d.gone.has(objectId(c.from.object))) return []
    const bare = c.to.object.name.name.replace(/\(.*$/s, '')
    return [
      step(
        `ALTER ${ref} RENAME TO ${quote(/^(function|procedure|aggregate)$/.test(c.to.object.kind) ? bare : c.to.object.name.name)}`,
        'another name',
        labelOf(c.to.object),
      ),
    ]
  })
}

const RANKS: readonly string[] = [
  'schema',
  'extension',
  'collation',
  'enum',
  'range type',
  'composite type',
  'domain',
  'sequence',
  'function',
  'procedure',
  'other',
  'table',
  'partition',
  'column',
  'key',
  'index',
  'check',
  'exclusion',
  'inheritance',
  'foreign key',
  'aggregate',
  'statistics',
  'view',
  'materialized view',
  'rule',
  'trigger',
  'policy',
]

const rankOf = (node: Node) =>
  RANKS.indexOf(node.kind === 'object' ? node.object.kind : node.kind === 'default' ? 'column' : node.kind)

/** A created table is what its parts use; a column is what its default uses. */
function makingEdges(d: Decisions): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map(d.after.uses)
  const lend = (id: string, from: string) =>
    edges.set(id, new Set([...(edges.get(id) ?? []), ...(d.after.uses.get(from) ?? [])].filter((x) => x !== id)))
  for (const [id, work] of d.work) {
    const node = d.after.nodes.get(id)
    if (node?.kind === 'column') lend(id, partId(node.table.name, `default ${node.column.name}`))
    if (node?.kind === 'table' && work.mode === 'create')
      for (const part of partNodes(node.table)) if (!d.work.has(part.id)) lend(id, part.id)
  }
  return edges
}

function makeStage(a: Assembly): Step[] {
  const { d } = a
  const known = [...d.work.keys()].filter((id) => d.after.nodes.has(id))
  const ranked = known.sort((x, y) => rankOf(d.after.nodes.get(x)!) - rankOf(d.after.nodes.get(y)!) || (x < y ? -1 : 1))
  return ordered(ranked, makingEdges(d)).flatMap((id) => {
    const [node, work] = [d.after.nodes.get(id)!, d.work.get(id)!]
    return node.kind === 'object' ? objectSteps(a, node.object, work) : partSteps(a, node, work)
  })
}

/** What somebody else owned and shall be like the rest: it goes to whom the rest of this database belongs. */
function ownerBack(a: Assembly, from: { readonly owner?: string }, to: { readonly owner?: string }) {
  const owner = a.input.from.usualOwner ?? a.input.to.usualOwner
  return to.owner === undefined && from.owner !== undefined && owner !== undefined ? { owner } : {}
}

function objectSteps(a: Assembly, to: OtherObject, work: Work): Step[] {
  const from = work.from?.kind === 'object' ? work.from.object : null
  if (work.mode === 'create' || from === null) return createdObject(a, to)
  const labels = a.d.labels.get(objectId(to)) ?? NONE
  const attributes = objectAttributes(from, { ...to, ...ownerBack(a, from, to) })
  if (from.definition !== to.definition && wayOf(from, to, labels) === 'replace')
    return [...replaceObject(to), ...attributes]
  const steps = alterObject(from, to, labels)
  if (steps === null)
    a.unplanned.push({ object: labelOf(to), why: 'it differs in a way that no statement changes while rows are in it' })
  return [...(steps ?? []), ...attributes]
}

function createdObject(a: Assembly, to: OtherObject): Step[] {
  if (to.kind === 'inheritance' && a.d.work.get(tableId(to.name))?.mode === 'create') return []
  const back = a.d.before.nodes.has(objectId(to))
  if (to.kind === 'sequence' && a.sequences.from.has(displayName(to.name))) {
    const bare = {
      ...to,
      definition: `CREATE SEQUENCE ${qualified(to.name)}`,
      details: { clauses: '?', 'owned by': '?' },
    }
    return [...(alterObject(bare, to, NONE) ?? []), ...objectAttributes(null, to, a.owner)]
  }
  const bare = to.kind === 'sequence' ? { ...to, definition: to.definition.split(';\n')[0] } : to
  return createObject(bare, back ? 'restored' : 'not there yet', a.owner)
}

/** Sequences get their owners once the tables are there. */
function owners(a: Assembly): Step[] {
  return [...a.d.work].flatMap(([id, work]) => {
    const node = a.d.after.nodes.get(id)
    if (work.mode !== 'create' || node?.kind !== 'object' || node.object.kind !== 'sequence') return []
    const owner = node.object.details?.['owned by']
    if (owner === undefined) return []
    const { name } = node.object
    const sql = `ALTER SEQUENCE ${qualified(name)} OWNED BY ${quote(name.schema ?? 'public')}.${owner}`
    return [step(sql, 'whose it is', labelOf(node.object))]
  })
}

function context(a: Assembly, table: Table): PartContext {
  return { before: a.olds.get(displayName(table.name)) ?? null, table, online: a.input.online === true }
}

function partSteps(a: Assembly, node: Exclude<Node, { kind: 'object' }>, work: Work): Step[] {
  const { table } = node
  const c = context(a, table)
  const renames = a.renames.get(displayName(table.name)) ?? NONE
  if (node.kind === 'table')
    return work.mode === 'create'
      ? makeTable(
          table,
          a.input.to.others.filter((o) => o.kind === 'inheritance' && displayName(o.name) === displayName(table.name)),
          a.owner,
        )
      : []
  if (node.kind === 'column') return columnSteps(a, node, work, c)
  if (node.kind === 'default') return []
  if (work.mode === 'alter') {
    const value =
      node.kind === 'key'
        ? node.key
        : node.kind === 'check'
          ? node.check
          : node.kind === 'index'
            ? node.index
            : node.foreignKey
    return alterPart(c, node.kind, value, work.aspects ?? [])
  }
  switch (node.kind) {
    case 'key':
      return addKey(c, node.key, node.primary, renames)
    case 'check':
      return node.check.inherited ? [] : addCheck(c, node.check)
    case 'index':
      return addIndex(c, node.index, renames)
    case 'foreign key':
      return addForeignKey(c, node.foreignKey, countable(a, node))
  }
}

/** Rows without a counterpart can be counted before where all names are the same on the unchanged schema. */
function countable(a: Assembly, node: Extract<Node, { kind: 'foreign key' }>): boolean {
  const f = node.foreignKey
  const old = a.input.from.tables.find((t) => displayName(t.name) === displayName(f.references))
  return old !== undefined && f.referencedColumns.every((name) => old.columns.some((c) => c.name === name))
}

function columnSteps(a: Assembly, node: Extract<Node, { kind: 'column' }>, work: Work, c: PartContext): Step[] {
  const { table, column: to } = node
  if (c.before === null) return []
  if (work.mode === 'create' || work.from?.kind !== 'column') return addColumn(c.before, table, to)
  const from = work.from.column
  const old = partId(c.before.name, `column ${from.name}`)
  return alterColumn({
    before: c.before,
    table,
    from,
    to,
    defaultGone: a.d.gone.has(partId(c.before.name, `default ${from.name}`)),
    retype: a.d.retyped.has(old) && from.type.native === to.type.native && from.collation === to.collation,
    online: c.online && !isPartitioned(table),
    keptSequences: new Set(a.input.to.others.filter((o) => o.kind === 'sequence').map((o) => displayName(o.name))),
  })
}

/** Properties of tables: those that stay, then traits of new ones. */
function optionStage(a: Assembly): { early: Step[]; late: Step[] } {
  const early: Step[] = []
  const late: Step[] = []
  for (const c of a.d.tables) {
    if (c.from.kind !== 'table' || c.to.kind !== 'table') continue
    const told = optionSteps(c.from.table, c.to.table, c.edits)
    const to = { ...c.to.table, ...ownerBack(a, c.from.table, c.to.table) }
    early.push(...told.early)
    late.push(...told.late, ...tableAttributes(c.from.table, to, undefined))
    a.unplanned.push(...told.unplanned)
  }
  for (const [id, work] of a.d.work) {
    const node = a.d.after.nodes.get(id)
    if (node?.kind === 'table' && work.mode === 'create') late.push(...traitSteps(node.table))
  }
  return { early, late }
}

/** A label that other statements of the plan name must be there for good before them. */
function labelsFirst(steps: readonly Step[]): Step[] {
  const labels = steps.flatMap((s) => {
    const match = / ADD VALUE ('(?:[^']|'')*')/.exec(s.sql)
    return match === null ? [] : [[s.object, match[1]] as const]
  })
  const used = new Set(
    labels.flatMap(([object, text]) =>
      steps.some((s) => s.object !== object && s.sql.includes(text)) ? [object] : [],
    ),
  )
  const first = steps.filter((s) => used.has(s.object) && / (ADD|RENAME) VALUE /.test(s.sql))
  return [...first.map((s) => ({ ...s, inTransaction: false })), ...steps.filter((s) => !first.includes(s))]
}

/** Settings of the session on which texts depend. */
function settings(input: PlanInput, steps: readonly Step[]): Step[] {
  if (steps.length === 0) return []
  const path = `SET search_path TO ${quote(input.to.name)}${input.to.name === 'public' ? '' : ', public'}`
  return [
    ...(input.to.name === 'public' ? [] : [step(path, 'names without a schema are of this one', 'session')]),
    ...(steps.some((s) => /^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)/.test(s.sql))
      ? [step('SET check_function_bodies = off', 'routines may name what comes later', 'session')]
      : []),
  ]
}

/** See `Planner.plan`. */
export function plan(input: PlanInput): PlannedSteps {
  const a = assembly(input)
  const { early, late } = dropStage(a)
  const options = optionStage(a)
  const made = makeStage(a)
  const steps = labelsFirst([
    ...early,
    ...tableRenames(a),
    ...partRenames(a),
    ...objectRenames(a),
    ...options.early,
    ...made,
    ...owners(a),
    ...options.late,
    ...late,
  ])
  return { steps: [...settings(input, steps), ...steps], unplanned: a.unplanned }
}
