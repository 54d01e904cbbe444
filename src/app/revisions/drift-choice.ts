/** Some of the objects that drifted: the schema in which only these are as the other side has them. */
import type { Change, SchemaObject } from '../../core/change.ts'
import { NaruError } from '../../core/error.ts'
import { displayName, type ObjectName, type OtherObject, type Schema, type Table } from '../../core/schema.ts'
import { nameTest } from '../../diff/glob.ts'
import { someOf } from '../format.ts'

/** Whether an object is meant. What belongs to a table is meant with it. */
export type Chosen = (name: ObjectName) => boolean

const keyOfTable = (t: Table) => displayName(t.name)
const keyOfObject = (o: OtherObject) => JSON.stringify([o.kind, o.name, o.table ?? null])

/** `base` with the objects that `chosen` means taken from `other`: theirs in place of its own, gone where they have none. */
export function mixed(base: Schema, other: Schema, chosen: Chosen): Schema {
  const isChosen = (o: OtherObject) => chosen(o.name) || (o.table !== undefined && chosen(o.table))
  return {
    ...base,
    tables: exchanged(base.tables, other.tables, (t) => chosen(t.name), keyOfTable),
    others: exchanged(base.others, other.others, isChosen, keyOfObject),
  }
}

function exchanged<T>(base: readonly T[], other: readonly T[], chosen: (item: T) => boolean, key: (item: T) => string) {
  const theirs = new Map(other.filter(chosen).map((item) => [key(item), item]))
  const kept = base.flatMap((item) => {
    if (!chosen(item)) return [item]
    const found = theirs.get(key(item))
    theirs.delete(key(item))
    return found === undefined ? [] : [found]
  })
  return [...kept, ...theirs.values()]
}

function namesOf(object: SchemaObject): ObjectName[] {
  if (object.kind === 'table') return [object.table.name]
  const { name, table } = object.object
  return table === undefined ? [name] : [name, table]
}

const namesIn = (change: Change): ObjectName[] =>
  change.kind === 'alter' ? [...namesOf(change.from), ...namesOf(change.to)] : namesOf(change.object)

/** Which objects the globs mean; none: all. Throws USAGE for one that means nothing that drifted. */
export function chosenObjects(changes: readonly Change[], globs: readonly string[]): Chosen {
  if (globs.length === 0) return () => true
  const tests = globs.map((glob) => ({ glob, test: nameTest(glob) }))
  const names = changes.flatMap(namesIn)
  const idle = tests.find(({ test }) => !names.some(test))
  if (idle === undefined) return (name) => tests.some(({ test }) => test(name))
  throw new NaruError('USAGE', `--object ${idle.glob}: nothing of that name has drifted`, {
    why: `what has drifted: ${someOf([...new Set(names.map((n) => n.name))], 8)}`,
    state: 'nothing was changed',
  })
}
