/**
 * What only newer servers can say. PGlite counts as a server of any version: what is planned on it, revisions above all, is to run on
 * all of them.
 */
import type { Column, OtherObject, Schema } from '../../../core/schema.ts'
import { NOT_NULL_NAMED } from '../ddl-not-null.ts'
import { plainIdent } from '../names.ts'

/** The major version that statements may count on. */
export function majorOf({ flavor, version }: Schema): number {
  return flavor === 'pglite' ? 0 : Number.parseInt(version, 10)
}

/** Whether names of NOT NULL count between both. */
export const namesNotNull = (from: Schema, to: Schema) => Math.min(majorOf(from), majorOf(to)) >= NOT_NULL_NAMED

/** That older rows need not pass NOT NULL is true of the rows, whoever can say it. */
function plainNotNull(c: Column): Column {
  const { notNull, ...rest } = c
  return notNull?.notValid ? { ...rest, notNull: { notValid: true } } : rest
}

/** A domain's NOT NULL without its name. */
function plainDomain(o: OtherObject): OtherObject {
  const named = o.details?.['not null name']
  if (o.kind !== 'domain' || named === undefined) return o
  const { 'not null name': _, ...details } = o.details ?? {}
  const definition = o.definition.replace(` CONSTRAINT ${plainIdent(named)} NOT NULL`, ' NOT NULL')
  return { ...o, definition, details }
}

const without = (s: Schema): Schema => ({
  ...s,
  others: s.others.map(plainDomain),
  tables: s.tables.map((t) => ({ ...t, columns: t.columns.map(plainNotNull) })),
})

/** See `Planner.align`. */
export function alignVersions(from: Schema, to: Schema): readonly [Schema, Schema] {
  return namesNotNull(from, to) ? [from, to] : [without(from), without(to)]
}
