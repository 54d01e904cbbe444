/** The parts of a schema and which of them uses which. */
import {
  type Check,
  type Column,
  displayName,
  type ForeignKey,
  type Index,
  type KeyConstraint,
  type ObjectName,
  type ObjectUse,
  type OtherObject,
  type Schema,
  type Table,
} from '../../../core/schema.ts'
import { ownSequence } from '../ddl-table.ts'

/** A thing that can be made and dropped by itself. */
export type Node = { readonly id: string } & (
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'column'; readonly table: Table; readonly column: Column }
  | { readonly kind: 'default'; readonly table: Table; readonly column: Column }
  | { readonly kind: 'key'; readonly table: Table; readonly key: KeyConstraint; readonly primary: boolean }
  | { readonly kind: 'check'; readonly table: Table; readonly check: Check }
  | { readonly kind: 'foreign key'; readonly table: Table; readonly foreignKey: ForeignKey }
  | { readonly kind: 'index'; readonly table: Table; readonly index: Index }
  | { readonly kind: 'object'; readonly object: OtherObject }
)

/** Nodes by id, in the order of the schema; ids of what each uses, and of what uses it. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, Node>
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>
  readonly users: ReadonlyMap<string, ReadonlySet<string>>
}

/** The node of an id that is known to be there; throws where it is not. */
export function nodeOf(graph: Graph, id: string): Node {
  const node = graph.nodes.get(id)
  if (node === undefined) throw new Error(`no ${id} in the graph`)
  return node
}

/** Id of a table. */
export const tableId = (name: ObjectName) => `table ${displayName(name)}`
/** Id of a part: `column price`, `default price`, `constraint positive`, `index by_price`. */
export const partId = (table: ObjectName, part: string) => `${part} of ${displayName(table)}`
/** Id of any other object. */
export const objectId = (o: Pick<OtherObject, 'kind' | 'name' | 'table'>) =>
  JSON.stringify([o.kind, displayName(o.name), o.table === undefined ? null : displayName(o.table)])

/** The parts of a table beside itself. */
export function partNodes(table: Table): Node[] {
  const id = (part: string) => partId(table.name, part)
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
  return [
    ...table.columns.flatMap((column): Node[] => [
      { id: id(`column ${column.name}`), kind: 'column', table, column },
      { id: id(`default ${column.name}`), kind: 'default', table, column },
    ]),
    ...keys.map(
      (key): Node => ({ id: id(`constraint ${key.name}`), kind: 'key', table, key, primary: key === table.primaryKey }),
    ),
    ...table.checks.map((check): Node => ({ id: id(`constraint ${check.name}`), kind: 'check', table, check })),
    ...table.foreignKeys.map(
      (foreignKey): Node => ({ id: id(`constraint ${foreignKey.name}`), kind: 'foreign key', table, foreignKey }),
    ),
    ...table.indexes.map((index): Node => ({ id: id(`index ${index.name}`), kind: 'index', table, index })),
  ]
}

function nodesOf(schema: Schema): Map<string, Node> {
  const nodes = new Map<string, Node>()
  for (const table of schema.tables) {
    const id = tableId(table.name)
    nodes.set(id, { id, kind: 'table', table })
    for (const part of partNodes(table)) nodes.set(part.id, part)
  }
  for (const object of schema.others) nodes.set(objectId(object), { id: objectId(object), kind: 'object', object })
  return nodes
}

const TYPES = new Set<OtherObject['kind']>(['enum', 'domain', 'composite type', 'range type'])
const RELATIONS = new Set<OtherObject['kind']>(['view', 'materialized view', 'sequence', 'partition', 'exclusion'])

/** Under which kind and name others use a node. */
function providedAs(node: Node): readonly (readonly [string, ObjectName])[] {
  switch (node.kind) {
    case 'table':
      return [['relation', node.table.name]]
    case 'key':
      return [['relation', { ...node.table.name, name: node.key.name }]]
    case 'index':
      return [['relation', { ...node.table.name, name: node.index.name }]]
    case 'object': {
      const { kind, name } = node.object
      if (TYPES.has(kind))
        return [
          ['type', name],
          ['relation', name],
        ]
      if (RELATIONS.has(kind)) return [['relation', name]]
      if (kind === 'function' || kind === 'procedure' || kind === 'aggregate') return [['function', name]]
      if (kind === 'collation' || kind === 'extension') return [[kind, name]]
      return name.name.startsWith('operator ') ? [['operator', name]] : []
    }
    default:
      return []
  }
}

/** Uses that hold of a node by its place, whatever the catalogue says. */
function placed(node: Node): string[] {
  switch (node.kind) {
    case 'table':
      return []
    case 'column':
      return [tableId(node.table.name)]
    case 'default':
      return [partId(node.table.name, `column ${node.column.name}`)]
    case 'key':
      return [tableId(node.table.name), ...node.key.columns.map((c) => partId(node.table.name, `column ${c}`))]
    case 'foreign key':
      return [
        tableId(node.table.name),
        tableId(node.foreignKey.references),
        ...node.foreignKey.columns.map((c) => partId(node.table.name, `column ${c}`)),
        ...node.foreignKey.referencedColumns.map((c) => partId(node.foreignKey.references, `column ${c}`)),
      ]
    case 'check':
    case 'index':
      return [tableId(node.table.name)]
    case 'object':
      return node.object.table === undefined ? [] : [tableId(node.object.table)]
  }
}

/** Builds the graph of a schema. */
export function graphOf(schema: Schema): Graph {
  const nodes = nodesOf(schema)
  const provided = new Map<string, string>()
  for (const node of nodes.values())
    for (const [kind, name] of providedAs(node)) provided.set(`${kind} ${displayName(name)}`, node.id)
  const uses = new Map<string, Set<string>>()
  const users = new Map<string, Set<string>>()
  const add = (user: string, used: string) => {
    if (user === used || !nodes.has(user) || !nodes.has(used)) return
    uses.set(user, (uses.get(user) ?? new Set()).add(used))
    users.set(used, (users.get(used) ?? new Set()).add(user))
  }
  const addUse = (user: string, use: ObjectUse) => {
    const whole = provided.get(`${use.kind} ${displayName(use.name)}`)
    const column = partId(use.name, `column ${use.column}`)
    if (use.column !== undefined && nodes.has(column)) add(user, column)
    else if (whole !== undefined) add(user, whole)
  }
  for (const node of nodes.values()) {
    for (const used of placed(node)) add(node.id, used)
    if (node.kind === 'object') for (const use of node.object.uses ?? []) addUse(node.id, use)
    if (node.kind === 'table') for (const use of node.table.uses ?? []) addUse(userOf(node.table, use), use)
  }
  for (const node of nodes.values()) if (node.kind === 'object') placedObject(node.object, nodes, add)
  return { nodes, uses, users }
}

function userOf(table: Table, use: ObjectUse): string {
  return use.by === undefined || use.by === 'table' ? tableId(table.name) : partId(table.name, use.by)
}

/** Heirs need both tables; a partition of a partition needs that one; what hangs on a view needs the view. */
function placedObject(
  o: OtherObject,
  nodes: ReadonlyMap<string, Node>,
  add: (user: string, used: string) => void,
): void {
  const id = objectId(o)
  if (o.kind === 'inheritance') {
    add(id, tableId(o.name))
    add(id, tableId(o.table!))
  } else if (o.table !== undefined && !nodes.has(tableId(o.table))) {
    for (const n of nodes.values())
      if (
        n.kind === 'object' &&
        n.object !== o &&
        ['view', 'materialized view', 'partition'].includes(n.object.kind) &&
        displayName(n.object.name) === displayName(o.table)
      )
        add(id, n.id)
  }
}

/** The sequence that a column owns, by name. */
export function sequenceOf(table: Table, column: Column): ObjectName | null {
  return column.identity === 'auto' ? ownSequence(table, column) : (column.sequence ?? null)
}

/**
 * `ids` so that whatever uses others comes after them (`uses`) or before them (`users`); among equals in the order given. A circle is cut where it is met.
 */
export function ordered(ids: Iterable<string>, edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const wanted = [...ids]
  const among = new Set(wanted)
  const rank = new Map(wanted.map((id, i) => [id, i]))
  const seen = new Set<string>()
  const found: string[] = []
  const visit = (id: string) => {
    if (seen.has(id)) return
    seen.add(id)
    const next = [...(edges.get(id) ?? [])].sort((a, b) => (rank.get(a) ?? -1) - (rank.get(b) ?? -1))
    for (const other of next) visit(other)
    if (among.has(id)) found.push(id)
  }
  for (const id of wanted) visit(id)
  return found
}
