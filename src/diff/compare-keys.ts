/** By what the two sides of a comparison know their tables, parts and objects again. */
import { displayName, type ObjectName, type OtherObject, type Table } from '../core/schema.ts'
import { canonical } from './canonical.ts'
import type { MatchKey } from './match.ts'

interface Named {
  readonly name: string
}

const named = (item: Named): string | null => (item.name === '' ? null : item.name)
const whole = (item: Named): string => canonical(item)
const content = (item: Named): string => canonical({ ...item, name: '' })

/** Same name and content, then same name, then same content under another name: so a name that the engine made up is no drop and add. */
export const CONSTRAINT_KEYS: readonly MatchKey<Named>[] = [whole, named, content]

/** Without what may be ignored: comments, and statements that repeat the name. */
const bare = (item: Named): string => canonical({ ...item, name: '', comment: undefined, definition: undefined })

/** The same where comments do not count. */
export const COMMENTLESS_KEYS: readonly MatchKey<Named>[] = [...CONSTRAINT_KEYS, bare]

/** The same where names do not count: content first. */
export const NAMELESS_KEYS: readonly MatchKey<Named>[] = [whole, content, bare, named]

/** Columns by name; where case does not count, then without it. */
export function columnKeys(folds: boolean): readonly MatchKey<Named>[] {
  const exact = (column: Named) => column.name
  return folds ? [exact, (column) => column.name.toLowerCase()] : [exact]
}

/** Tables by name and schema; where case does not count, then without it. */
export function tableKeys(folds: boolean): readonly MatchKey<Table>[] {
  const exact = (table: Table) => displayName(table.name)
  return folds ? [exact, (table) => exact(table).toLowerCase()] : [exact]
}

const place = (name: ObjectName | undefined) => (name === undefined ? null : displayName(name))

/** Kind, name and the table that it hangs on are what an object is known by. */
const identity = (o: OtherObject) => JSON.stringify([o.kind, displayName(o.name), place(o.table)])

/** Of several under one name (overloads), those that are the same find each other first. */
const exactly = (o: OtherObject) => identity(o) + canonical({ ...o, uses: undefined, next: undefined })

/** Objects by kind, name and table. */
export const objectKeys: readonly MatchKey<OtherObject>[] = [exactly, identity]
