/**
 * What differs between two values of one kind, property by property. Properties that are known get a name and a text of their own; the
 * rest is compared all the same and shown as it is, so that a property which the model gains later is never ignored.
 */
import type { Aspect } from '../core/change.ts'
import type { Check, Column, ForeignKey, Index, KeyConstraint } from '../core/schema.ts'
import { canonical, sameValue } from './canonical.ts'
import { defaultText, listText, nameText, notNullText, partsText, plainText, typeText } from './texts.ts'

/** How one property is told: its name for people, and its text. */
interface Property<V, Of> {
  readonly name?: string
  readonly text?: (value: NonNullable<V>, of: Of) => string | null
  /** The entries of a record are properties each. */
  readonly spread?: true
  readonly same?: (a: V, b: V) => boolean
}

/** Properties by field, in the order in which they are told. */
export type Properties<T> = { readonly [K in keyof T]?: Property<T[K], T> }

/** A default without the spelling that only its engine tells apart. */
function meant(value: Column['default']): unknown {
  if (value?.kind !== 'now') return value
  const { sql: _, ...rest } = value
  return rest
}

const COLUMN: Properties<Column> = {
  name: {},
  // Within one engine the native spelling is exact; the logical type follows from it.
  type: { text: typeText, same: (a, b) => a.native === b.native },
  nullable: { text: (v) => (v ? 'NULL' : 'NOT NULL') },
  notNull: { name: 'not null', text: notNullText },
  default: { text: (v, c) => defaultText(v, c.type), same: (a, b) => sameValue(meant(a), meant(b)) },
  identity: {},
  sequence: { text: nameText },
  generated: { text: (v) => `${v.expression} (${v.stored ? 'stored' : 'virtual'})` },
  onUpdateNow: { name: 'on update now' },
  charset: {},
  collation: {},
  caseInsensitive: { name: 'case-insensitive' },
  invisible: {},
  options: { spread: true },
  comment: {},
  grants: { text: (v) => v.join('; ') },
}

const INDEX: Properties<Index> = {
  name: {},
  parts: { name: 'columns', text: partsText },
  unique: {},
  method: {},
  where: {},
  include: { name: 'including', text: listText },
  nullsNotDistinct: { name: 'nulls not distinct' },
}

const KEY: Properties<KeyConstraint> = {
  name: {},
  columns: { text: listText },
  parts: { text: partsText },
  include: { name: 'including', text: listText },
  deferrable: {},
  initiallyDeferred: { name: 'initially deferred' },
  nullsNotDistinct: { name: 'nulls not distinct' },
  onConflict: { name: 'on conflict' },
}

const FOREIGN_KEY: Properties<ForeignKey> = {
  name: {},
  columns: { text: listText },
  references: { text: nameText },
  referencedColumns: { name: 'referenced columns', text: listText },
  onUpdate: { name: 'on update' },
  onDelete: { name: 'on delete' },
  initiallyDeferred: { name: 'initially deferred' },
  notValid: { name: 'not valid' },
}

const CHECK: Properties<Check> = { name: {}, expression: {}, notValid: { name: 'not valid' } }

/** The properties of each kind of part. */
export const PARTS = { column: COLUMN, index: INDEX, key: KEY, foreignKey: FOREIGN_KEY, check: CHECK } as const

type Fields = Readonly<Record<string, unknown>>
type Loose = Readonly<Record<string, Property<never, never> | undefined>>

/** Properties that differ. Empty when both mean the same. */
export function aspectsOf<T extends object>(properties: Properties<T>, from: T, to: T): Aspect[] {
  const [a, b] = [from as Fields, to as Fields]
  const known = properties as Loose
  const fields = new Set([...Object.keys(known), ...Object.keys(a), ...Object.keys(b)])
  return [...fields].flatMap((field) => {
    if (a[field] === b[field]) return []
    const property = known[field] as Property<unknown, never> | undefined
    return property?.spread
      ? aspectsOf({}, (a[field] ?? {}) as Fields, (b[field] ?? {}) as Fields)
      : aspect(property?.name ?? field, property, [a, b], field)
  })
}

/** The one difference of a property, or none. */
function aspect(
  name: string,
  property: Property<unknown, never> | undefined,
  [before, after]: readonly [Fields, Fields],
  field: string,
): Aspect[] {
  const [a, b] = [before[field], after[field]]
  const both = a !== undefined && b !== undefined && a !== null && b !== null
  if (both && property?.same !== undefined ? property.same(a, b) : sameValue(a, b)) return []
  const text = (value: unknown, of: Fields) =>
    value === undefined || value === null ? null : (property?.text ?? plainText)(value as never, of as never)
  const flag = typeof a === 'boolean' || typeof b === 'boolean'
  const [from, to] = [text(flag ? a === true : a, before), text(flag ? b === true : b, after)]
  // Different values that read alike: show all of them.
  return [from === to ? { name, from: canonical(a), to: canonical(b) } : { name, from, to }]
}
