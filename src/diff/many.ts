/** Several schemas next to each other: every property on which they do not all agree, and who deviates. Pure. */
import { displayName, type OtherObject, plainTable, type Schema, type Table } from '../core/schema.ts'
import type { ManyRow } from '../core/schema-diff.ts'
import { aspectsOf, PARTS, type Properties } from './aspects.ts'
import { OBJECT_IDENTITY } from './compare.ts'
import { optionEdits, ownEdits } from './compare-table.ts'
import { checkText, columnText, foreignKeyText, indexText, keyText } from './describe.ts'
import { listText } from './texts.ts'

/** Something that is there or not, with its text, and its properties: told where all have it. */
interface Fact {
  readonly item: string
  readonly part: string
  readonly name: string
  readonly text: string
  readonly properties: ReadonlyMap<string, string>
  /** What is inside it: told where all have it. */
  readonly inside: readonly Fact[]
}

const NONE: readonly Fact[] = []

function partFact<T extends { readonly name: string }>(
  item: string,
  part: string,
  value: T,
  how: { readonly text: (value: T) => string; readonly properties: Properties<T> },
): Fact {
  const aspects = aspectsOf(how.properties, { name: value.name } as T, value)
  const properties = new Map(aspects.flatMap((a) => (a.to === null ? [] : [[a.name, a.to] as const])))
  return { item, part, name: value.name, text: how.text(value), properties, inside: NONE }
}

const COLUMN = { text: columnText, properties: PARTS.column }
const KEY = { text: keyText, properties: PARTS.key }
const INDEX = { text: indexText, properties: PARTS.index }
const FOREIGN_KEY = { text: foreignKeyText, properties: PARTS.foreignKey }
const CHECK = { text: checkText, properties: PARTS.check }

const nothing = (t: Table): Table => plainTable(t.name, [])

function tableFact(t: Table, ordersColumns: boolean): Fact {
  const item = `table ${displayName(t.name)}`
  const own = ownEdits(nothing(t), t).flatMap((e) =>
    e.part === 'option' && e.to !== null ? [[e.name, e.to] as const] : [],
  )
  const order = ordersColumns ? [['column order', listText(t.columns.map((c) => c.name))] as const] : []
  return {
    item,
    part: '',
    name: '',
    text: 'there',
    properties: new Map([...own, ...order]),
    inside: [
      ...t.columns.map((c) => partFact(item, 'column', c, COLUMN)),
      ...(t.primaryKey === undefined ? [] : [{ ...partFact(item, 'primary key', t.primaryKey, KEY), name: '' }]),
      ...t.uniques.map((k) => partFact(item, 'unique', k, KEY)),
      ...t.indexes.map((i) => partFact(item, 'index', i, INDEX)),
      ...t.foreignKeys.map((f) => partFact(item, 'foreign key', f, FOREIGN_KEY)),
      ...t.checks.map((c) => partFact(item, 'check', c, CHECK)),
    ],
  }
}

function objectFact(o: OtherObject): Fact {
  const on = o.table === undefined ? '' : ` on ${displayName(o.table)}`
  const edits = optionEdits({}, o, OBJECT_IDENTITY)
  const properties = edits.flatMap((e) => (e.part === 'option' && e.to !== null ? [[e.name, e.to] as const] : []))
  const item = `${o.kind} ${displayName(o.name)}${on}`
  return {
    item,
    part: '',
    name: '',
    text: 'there',
    properties: new Map(properties),
    inside: NONE,
  }
}

/** Facts of several states under one key each, in the order in which they come up. */
function gather(states: readonly (readonly Fact[])[]): (Fact | null)[][] {
  const all = new Map<string, (Fact | null)[]>()
  states.forEach((facts, i) => {
    for (const fact of facts) {
      const key = JSON.stringify([fact.item, fact.part, fact.name])
      const row = all.get(key) ?? states.map(() => null)
      row[i] = fact
      all.set(key, row)
    }
  })
  return [...all.values()]
}

/** The row with who deviates: from what most have, or from the first where no value has the most. */
function judged(row: Omit<ManyRow, 'deviating' | 'against'>): ManyRow {
  const votes = new Map<string | null, number>()
  for (const value of row.values) votes.set(value, (votes.get(value) ?? 0) + 1)
  const most = Math.max(...votes.values())
  const leaders = [...votes].filter(([, n]) => n === most).map(([value]) => value)
  const [common, against] =
    leaders.length === 1 ? ([leaders[0], 'majority'] as const) : ([row.values[0], 'first'] as const)
  const deviating = row.values.flatMap((value, i) => (value === common ? [] : [i]))
  return { ...row, deviating, against }
}

function rowsOf(facts: readonly (Fact | null)[]): ManyRow[] {
  const { item, part, name } = facts.find((f) => f !== null)!
  if (facts.some((f) => f === null)) {
    return [judged({ item, part, name, property: '', values: facts.map((f) => f?.text ?? null) })]
  }
  const all = facts as readonly Fact[]
  const names = new Set(all.flatMap((f) => [...f.properties.keys()]))
  const inside = gather(all.map((f) => f.inside)).flatMap(rowsOf)
  const own = [...names].flatMap((property) => {
    const values = all.map((f) => f.properties.get(property) ?? null)
    return new Set(values).size === 1 ? [] : [judged({ item, part, name, property, values })]
  })
  // Columns that come and go stand in another place by themselves.
  const sameColumns = !inside.some((row) => row.part === 'column' && row.property === '')
  return [...own.filter((row) => row.property !== 'column order' || sameColumns), ...inside]
}

/** Everything on which the schemas do not agree. All are of one engine and normalized. */
export function compareMany(schemas: readonly Schema[], o: { readonly ordersColumns: boolean }): ManyRow[] {
  const facts = schemas.map((s) => [...s.tables.map((t) => tableFact(t, o.ordersColumns)), ...s.others.map(objectFact)])
  return gather(facts).flatMap(rowsOf)
}
