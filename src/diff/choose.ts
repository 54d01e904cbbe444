/** Which part of two schemas is compared. */
import { NaruError } from '../core/error.ts'
import { displayName, type ObjectName, type OtherObject, type Schema } from '../core/schema.ts'
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
