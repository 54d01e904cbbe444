/**
 * PostgreSQL prints views, checks and defaults in its own words, and the words change from version to version. Where both sides were printed
 * by different versions (a .sql file read by PGlite against an older server), only one server that prints both can say whether they mean the same.
 */

import type { Change, Planner } from '../../core/change.ts'
import { displayName, type OtherObject, type Schema, type Table } from '../../core/schema.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import { canonical } from '../../diff/canonical.ts'
import { openScratch, type ScratchOptions } from '../scratch.ts'
import { takeOver } from './take-over.ts'

const major = ({ version }: Schema) => version.split('.', 1)[0]

/** Whether both were printed by servers that print alike. */
export function samePrinter(a: Schema, b: Schema): boolean {
  return a.engine !== 'postgres' || b.engine !== 'postgres' || major(a) === major(b)
}

/** Properties that are text of the server's own printing. */
const SPELLED: ReadonlySet<string> = new Set(['definition', 'expression', 'default', 'where', 'generated', 'columns'])

/** Whether nothing differs in a change but such texts. */
export function isSpellingAlone(change: Change): boolean {
  if (change.kind !== 'alter') return false
  return change.edits.every((edit) => {
    if (edit.part === 'order') return false
    if (edit.part === 'option') return SPELLED.has(edit.name)
    return edit.from !== null && edit.to !== null && edit.aspects.every((a) => SPELLED.has(a.name))
  })
}

export interface SpellingInput {
  readonly normalize: Planner['normalize']
  readonly present: Schema
  readonly goal: Schema
  readonly scratch: ScratchOptions
  readonly home: SchemaChoice | undefined
}

/** The goal with texts spelled as the database itself spells them, where they mean the same; as it is where that cannot be found out. */
export async function spelledAlike(o: SpellingInput): Promise<Schema> {
  if (samePrinter(o.present, o.goal)) return o.goal
  try {
    const told = await retold(o.present, o)
    const other = samePrinter(told, o.goal) ? o.goal : await retold(o.goal, o)
    const { normalize } = o
    return adopt({
      from: normalize(o.present),
      told: normalize(told),
      other: normalize(other),
      goal: normalize(o.goal),
    })
  } catch {
    return o.goal // an extension, a role … that no scratch database has: the texts are compared as they are
  }
}

async function retold(schema: Schema, o: SpellingInput): Promise<Schema> {
  await using scratch = await openScratch(o.scratch)
  return await takeOver(scratch.database, schema, [], o.home)
}

/** The same schema in two spellings each: the database's in its own (`from`) and the scratch's (`told`), the goal's likewise. */
interface Spellings<T> {
  readonly from: T
  readonly told: T
  readonly other: T
  readonly goal: T
}

function adopt(s: Spellings<Schema>): Schema {
  const table = (t: Table) => displayName(t.name)
  return {
    ...s.goal,
    tables: each(
      pick(s, (x) => x.tables),
      table,
      adoptTable,
    ),
    others: each(
      pick(s, (x) => x.others),
      objectKey,
      (o) => takeSame(o, ['definition']),
    ),
  }
}

const objectKey = (o: OtherObject) => JSON.stringify([o.kind, o.name, o.table ?? null])

function adoptTable(s: Spellings<Table>): Table {
  const name = (x: { readonly name: string }) => x.name
  return {
    ...s.goal,
    columns: each(
      pick(s, (t) => t.columns),
      name,
      (c) => takeSame(takeSameIn(c, ['default']), ['generated']),
    ),
    checks: each(
      pick(s, (t) => t.checks),
      name,
      (c) => takeSame(c, ['expression']),
    ),
    indexes: each(
      pick(s, (t) => t.indexes),
      name,
      (i) => takeSame(i, ['parts', 'where', 'definition']),
    ),
  }
}

function pick<T, U>(s: Spellings<T>, of: (value: T) => U): Spellings<U> {
  return { from: of(s.from), told: of(s.told), other: of(s.other), goal: of(s.goal) }
}

/** Each item of the goal with its counterparts by name, where all are there and only once. */
function each<T>(lists: Spellings<readonly T[]>, key: (item: T) => string, work: (items: Spellings<T>) => T): T[] {
  const only = (all: readonly T[], wanted: string) => {
    const found = all.filter((item) => key(item) === wanted)
    return found.length === 1 ? found[0] : undefined
  }
  return lists.goal.map((goal) => {
    const wanted = key(goal)
    const [from, told, other] = [lists.from, lists.told, lists.other].map((list) => only(list, wanted))
    return from === undefined || told === undefined || other === undefined ? goal : work({ from, told, other, goal })
  })
}

/** The goal's item with fields as the database spells them, where the scratch prints both sides alike. */
function takeSame<T extends object>(s: Spellings<T>, fields: readonly (keyof T)[]): T {
  const text = (item: T) => canonical(fields.map((f) => item[f]))
  if (text(s.told) !== text(s.other)) return s.goal
  const taken = { ...s.goal }
  for (const field of fields) {
    if (s.from[field] === undefined) delete taken[field]
    else taken[field] = s.from[field]
  }
  return taken
}

function takeSameIn<T extends object>(s: Spellings<T>, fields: readonly (keyof T)[]): Spellings<T> {
  return { ...s, goal: takeSame(s, fields) }
}
