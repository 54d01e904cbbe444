/** Which part of two schemas is compared. */
import { NaruError } from '../core/error.ts'
import { displayName, type ObjectName, type OtherObject, type Schema, type Table } from '../core/schema.ts'
import { globTest, nameTest } from './glob.ts'

/** Tables that naru keeps for itself wherever it has written. */
const OWN = /^naru_(run|unit|mark|reject|step)$/

export interface Choice {
  /** Only these tables and what hangs on them: names or globs. */
  readonly tables?: readonly string[]
  readonly exclude?: readonly string[]
}

type Test = (name: ObjectName) => boolean

const anyOf = (globs: readonly string[]): Test => {
  const tests = globs.map(nameTest)
  return (name) => tests.some((test) => test(name))
}

/**
 * Both schemas with the chosen tables and what hangs on them. With `tables` everything that hangs on no table is left out too.
 * Throws TABLE_MISSING for a name or glob that neither side has.
 */
export function chooseBoth(from: Schema, to: Schema, o: Choice): readonly [Schema, Schema] {
  const all = [...from.tables, ...to.tables].map((t) => t.name)
  for (const glob of o.tables ?? []) if (!all.some(nameTest(glob))) throw missing(glob, all)
  const wanted = o.tables === undefined ? () => true : anyOf(o.tables)
  const unwanted = anyOf(o.exclude ?? [])
  const table = (name: ObjectName) => wanted(name) && !unwanted(name) && !OWN.test(name.name)
  const object = (x: OtherObject) =>
    x.table === undefined ? o.tables === undefined && !unwanted(x.name) : table(x.table)
  return [chosen(from, table, object), chosen(to, table, object)]
}

function missing(glob: string, all: readonly ObjectName[]): NaruError {
  const some = [...new Set(all.map(displayName))]
  return new NaruError('TABLE_MISSING', `--tables ${glob}: neither side has such a table`, {
    why:
      some.length === 0
        ? 'there are no tables'
        : `there are ${some.slice(0, 8).join(', ')}${some.length > 8 ? ' …' : ''}`,
    state: 'nothing was changed',
  })
}

function chosen(schema: Schema, table: Test, object: (o: OtherObject) => boolean): Schema {
  return { ...schema, tables: schema.tables.filter((t) => table(t.name)), others: schema.others.filter(object) }
}

/** The schema without the objects (by kind and name) that match `KIND` or `KIND:GLOB`. */
export function withoutObjects(schema: Schema, kind: string, glob: string): Schema {
  const [isKind, isName] = [globTest(kind), nameTest(glob)]
  return { ...schema, others: schema.others.filter((o) => !(isKind(o.kind) && isName(o.name))) }
}

/** The schema as if its home were called `home`: two schemas of PostgreSQL under different names can be compared. */
export function rehomed(schema: Schema, home: string): Schema {
  if (schema.name === home) return schema
  const moved = (name: ObjectName): ObjectName => (name.schema === schema.name ? { ...name, schema: home } : name)
  if (![...schema.tables, ...schema.others].some((o) => o.name.schema === schema.name)) return schema
  return {
    ...schema,
    name: home,
    tables: schema.tables.map((t) => rehomedTable(t, moved)),
    others: schema.others.map((o) => ({
      ...o,
      name: moved(o.name),
      ...(o.table !== undefined && { table: moved(o.table) }),
      ...(o.uses !== undefined && { uses: o.uses.map((u) => ({ ...u, name: moved(u.name) })) }),
    })),
  }
}

function rehomedTable(t: Table, moved: (name: ObjectName) => ObjectName): Table {
  return {
    ...t,
    name: moved(t.name),
    columns: t.columns.map((c) => (c.sequence === undefined ? c : { ...c, sequence: moved(c.sequence) })),
    foreignKeys: t.foreignKeys.map((f) => ({ ...f, references: moved(f.references) })),
  }
}
