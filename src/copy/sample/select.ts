/**
 * Chooses the rows of a sample: of each table those with the least chances, then whatever rows these cannot be without, and what those
 * cannot be without, until nothing is missing. Only reads the sources; what is chosen lies in a store beside naru.
 */
import { BATCH } from '../../core/batch.ts'
import type { Database } from '../../core/engine.ts'
import { type Key, type KeyRange, serializeKey, serializeKeys } from '../../core/key.ts'
import type { SampledTable, SamplePlan, TablePlan } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import { sampleRows } from '../../verify/sample.ts'
import { chanceOf, enough } from './choose.ts'
import { type Asked, type SampleEdge, type SampleGraph, type SampleNode, sampleGraph } from './graph.ts'
import { type Candidate, sampleStore, type TakenKeys, type WantedValues } from './store.ts'
import { type ValueReader, valueReader } from './values.ts'

/** Keys that are asked for at a time. */
export const LIST_ROWS = 1000
export interface SelectInput {
  readonly tables: readonly TablePlan[]
  /** In the order of TablePlan.origin, each in its snapshot. */
  readonly sources: readonly Database[]
  readonly sample: Pick<SamplePlan, 'asked' | 'seed' | 'relations'>
  /** An empty SQLite database that is nobody else's. */
  readonly store: Database
  /** Throws when the run is to stop. */
  goOn(): void
}

/** The rows of a sample. */
export interface Selection {
  readonly tables: readonly SampledTable[]
  /** Keys of a table's rows (position in the plan) in portions; null: all of it is taken. */
  keys(table: number, rows: number): AsyncIterable<readonly string[]> | null
}

/** Values of one table by which rows are asked for, from whichever rows. */
interface Door {
  readonly to: number
  readonly key: readonly Asked[]
  readonly values: WantedValues
}

interface Open {
  readonly i: SelectInput
  readonly graph: SampleGraph
  /** By node; null: taken whole. */
  readonly taken: readonly (TakenKeys | null)[]
  /** Rows that a node has. */
  readonly rows: number[]
  readonly doors: readonly Door[]
  readonly doorOf: ReadonlyMap<SampleEdge, Door>
}

/** Chooses. Throws what `goOn` and the databases do. */
export async function selectSample(i: SelectInput): Promise<Selection> {
  const graph = sampleGraph(i.tables, i.sample.relations ?? [])
  const store = sampleStore(i.store)
  await store.open()
  const taken: (TakenKeys | null)[] = []
  for (const [n, node] of graph.nodes.entries()) taken.push(isWhole(node, i) ? null : await store.keys(n))
  const { doors, doorOf } = await openDoors(graph, taken, store)
  const o: Open = { i, graph, taken, rows: graph.nodes.map((n) => n.plan.rows - n.plan.filtered), doors, doorOf }
  for (const n of graph.nodes.keys()) await chooseOwn(o, n)
  for (const n of graph.nodes.keys()) await askFor(o, n)
  await close(o)
  return await selectionOf(o)
}

/** All rows are asked for, or none can be told from another. */
function isWhole({ plan, whole }: SampleNode, { sample }: SelectInput): boolean {
  const rows = plan.rows - plan.filtered
  return whole !== null || (sampleRows(sample.asked, rows) ?? 0) >= rows
}

async function openDoors(
  graph: SampleGraph,
  taken: readonly (TakenKeys | null)[],
  store: ReturnType<typeof sampleStore>,
): Promise<Pick<Open, 'doors' | 'doorOf'>> {
  const doors = new Map<string, Door>()
  const doorOf = new Map<SampleEdge, Door>()
  for (const edge of graph.edges) {
    if (taken[edge.to] === null) continue
    const name = JSON.stringify([edge.to, edge.key])
    const { plan } = graph.nodes[edge.to]
    const door = doors.get(name) ?? {
      to: edge.to,
      key: columnsOf(plan, edge.key),
      values: await store.values(doors.size),
    }
    doors.set(name, door)
    doorOf.set(edge, door)
  }
  return { doors: [...doors.values()], doorOf }
}

function columnsOf(plan: TablePlan, names: readonly string[]): Asked[] {
  return names.flatMap((name) =>
    plan.source.columns
      .filter((c) => c.name === name)
      .map((column) => ({ name, column, wire: { kind: 'text' } as const })),
  )
}

const databaseOf = ({ i }: Open, { plan }: SampleNode): Database => i.sources[plan.origin ?? 0]

/** Rows of a node, batch by batch, with the columns that are asked for. */
async function eachRow(
  o: Open,
  node: SampleNode,
  from: { readonly range: KeyRange; readonly key: readonly string[] | null },
  reader: ValueReader,
  visit: (bytes: Uint8Array, at: number) => void,
  done: () => Promise<void>,
): Promise<void> {
  const { source, where } = node.plan
  const rows = databaseOf(o, node).source(source, reader.columns, { key: from.key, where })
  for await (const batch of rows.read(from.range, BATCH)) {
    for (let at = 0, row = 0; row < batch.rows; row++) {
      visit(batch.bytes, at)
      at = skipRow(batch.bytes, at)
    }
    batch.release()
    o.i.goOn()
    await done()
  }
}

/** The rows that are taken of a table whatever others need. */
async function chooseOwn(o: Open, n: number): Promise<void> {
  const node = o.graph.nodes[n]
  const keys = o.taken[n]
  if (keys === null) return
  const reader = valueReader(columnsOf(node.plan, node.plan.key ?? []), databaseOf(o, node).engine.dialect)
  const at = reader.columns.map((_, i) => i)
  const { asked, seed } = o.i.sample
  // By the table of the source: two transfers of one table take the same rows.
  const chance = chanceOf(seed, displayName(node.plan.source.name))
  const limit = enough(sampleRows(asked, o.rows[n]) ?? 0, o.rows[n])
  let rows = 0
  let found: Candidate[] = []
  const look = (bytes: Uint8Array, offset: number) => {
    rows++
    const key = reader.values(bytes, offset, at)
    const text = serializeKey(key)
    const own = chance(text)
    if (own < limit) found.push({ key: text, place: placeOf(key), chance: own })
  }
  const keep = async () => {
    await keys.add(found, false)
    found = []
  }
  await eachRow(o, node, { range: { kind: 'all' }, key: null }, reader, look, keep)
  await keys.keepLeast(sampleRows(asked, rows) ?? 0)
  o.rows[n] = rows
}

function placeOf([first]: Key): number {
  return typeof first === 'bigint' || typeof first === 'number' ? Number(first) : 0
}

interface Asking {
  readonly edges: readonly { readonly door: Door; readonly at: readonly number[] }[]
  readonly asked: readonly Asked[]
}

/** What rows of a node ask for; `first`: columns that are read beside it. */
function askingOf(o: Open, n: number, first: readonly Asked[]): Asking {
  const asked = [...first]
  const edges = o.graph.edges.flatMap((edge) => {
    const door = o.doorOf.get(edge)
    if (edge.from !== n || door === undefined) return []
    const at = edge.read.map((r) => asked.push(r) - 1)
    return [{ door, at }]
  })
  return { edges, asked }
}

/** Values that rows ask for, gathered until a batch is through. */
function gather({ edges }: Asking, reader: ValueReader) {
  const found = edges.map(() => new Set<string>())
  return {
    look(bytes: Uint8Array, at: number): void {
      for (const [i, edge] of edges.entries()) {
        const values = reader.values(bytes, at, edge.at)
        if (!values.includes(null)) found[i].add(serializeKey(values))
      }
    },
    async hand(): Promise<void> {
      for (const [i, edge] of edges.entries()) {
        await edge.door.values.add(found[i])
        found[i].clear()
      }
    },
  }
}

/** What the rows of a table's own sample cannot be without. */
async function askFor(o: Open, n: number): Promise<void> {
  const node = o.graph.nodes[n]
  const keys = o.taken[n]
  const paged = keys === null ? [] : columnsOf(node.plan, node.plan.key ?? [])
  const asking = askingOf(o, n, paged)
  if (asking.edges.length === 0) return
  const reader = valueReader(asking.asked, databaseOf(o, node).engine.dialect)
  const values = gather(asking, reader)
  const read = (range: KeyRange, key: readonly string[] | null) =>
    eachRow(o, node, { range, key }, reader, values.look, values.hand)
  if (keys === null) return await read({ kind: 'all' }, null)
  for await (const page of keys.pages(LIST_ROWS)) await read(listed(page), node.plan.key)
}

function listed(keys: readonly string[]): KeyRange {
  return { kind: 'key', after: null, upto: null, only: serializeKeys(keys) }
}

/** Takes what is asked for, and what that asks for, until nothing is. */
async function close(o: Open): Promise<void> {
  for (let open = true; open; ) {
    open = false
    for (const door of o.doors) {
      const values = await door.values.next(LIST_ROWS)
      if (values.length === 0) continue
      open = true
      await takeAsked(o, door, values)
    }
  }
}

async function takeAsked(o: Open, door: Door, values: readonly string[]): Promise<void> {
  const node = o.graph.nodes[door.to]
  const keys = o.taken[door.to]
  if (keys === null) return
  const paged = columnsOf(node.plan, node.plan.key ?? [])
  const asking = askingOf(o, door.to, [...paged, ...door.key])
  const reader = valueReader(asking.asked, databaseOf(o, node).engine.dialect)
  const at = paged.map((_, i) => i)
  const rows: { readonly key: Key; readonly ask: Set<string>[] }[] = []
  const look = (bytes: Uint8Array, offset: number) => {
    const ask = asking.edges.map((edge) => {
      const wanted = reader.values(bytes, offset, edge.at)
      return new Set(wanted.includes(null) ? [] : [serializeKey(wanted)])
    })
    rows.push({ key: reader.values(bytes, offset, at), ask })
  }
  const take = async () => {
    const all = rows.splice(0)
    const found = all.map((row) => ({ key: serializeKey(row.key), place: placeOf(row.key), chance: 1 }))
    const added = await keys.add(found, true)
    const fresh = all.filter((_, i) => added.has(found[i].key))
    for (const [i, edge] of asking.edges.entries()) {
      await edge.door.values.add(new Set(fresh.flatMap((row) => [...row.ask[i]])))
    }
  }
  const by = door.key.map((c) => c.name)
  await eachRow(o, node, { range: listed(values), key: by }, reader, look, take)
}

async function selectionOf(o: Open): Promise<Selection> {
  const { graph, taken, i } = o
  const counts: SampledTable[] = []
  for (const [n, node] of graph.nodes.entries()) {
    const keys = taken[n]
    const rows = o.rows[n]
    const counted = keys === null ? { taken: rows, needed: 0 } : await keys.counts()
    const said = { ...(node.whole !== null && { whole: node.whole }), ...(node.alone && { alone: true as const }) }
    counts.push({ table: node.label, rows, ...counted, ...said })
  }
  const nodeOf = (table: number) => graph.nodes.findIndex((node) => node.members.includes(table))
  return {
    tables: counts.filter((_, n) => graph.nodes[n].members.some((m) => i.tables[m].of === undefined)),
    keys: (table, rows) => taken[nodeOf(table)]?.pages(rows) ?? null,
  }
}
