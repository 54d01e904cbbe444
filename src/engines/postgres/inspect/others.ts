/** Whatever is no table: one query per kind, each giving name, table it hangs on, and the statement that makes it. */
import type { Row } from '../../../core/engine.ts'
import type { OtherObject } from '../../../core/schema.ts'
import { DATABASE_SOURCES } from './others-database.ts'
import { RELATION_SOURCES } from './others-relations.ts'
import { ROUTINE_SOURCES } from './others-routines.ts'
import type { Source } from './others-source.ts'
import { TYPE_SOURCES } from './others-types.ts'
import type { Asked, Condition } from './present.ts'
import { filled, json, optional, optionalList, type Scope } from './scope.ts'

/** All sources; one that has no condition is asked in any case. */
export const SOURCES: readonly Source[] = [
  ...TYPE_SOURCES,
  ...RELATION_SOURCES,
  ...ROUTINE_SOURCES,
  ...DATABASE_SOURCES,
]

/** An object with what the catalogue knows it by. */
export interface FoundObject {
  readonly object: OtherObject
  readonly catalogue: string
  readonly id: number
}

function toObject(source: Source, r: Row): OtherObject {
  const within = r.nsp === null ? {} : { schema: String(r.nsp) }
  const details = typeof r.details === 'string' ? filled(json<Record<string, unknown>>(r.details)) : undefined
  return {
    kind: source.kind ?? (r.kind as OtherObject['kind']),
    name: { ...within, name: String(r.name) },
    ...(r.rel !== undefined && {
      table: { ...within, ...(r.relnsp !== undefined && { schema: String(r.relnsp) }), name: String(r.rel) },
    }),
    definition: String(r.definition),
    ...(r.labels !== undefined && { values: json<string[]>(r.labels) }),
    ...optional('comment', r.comment),
    ...optional('owner', r.owner),
    ...optionalList('grants', r.grants),
    ...(details !== undefined && { details }),
  }
}

/** Conditions of the sources by their place in the list. */
export const SOURCE_CONDITIONS: Readonly<Record<`${number}`, Condition>> = Object.fromEntries(
  SOURCES.flatMap((source, i) => (source.when === undefined ? [] : [[String(i), source.when]])),
)

/** All other objects but sequences, triggers and constraints; `there`: which of `SOURCE_CONDITIONS` hold. */
export async function others(session: Asked, scope: Scope, there: ReadonlySet<string>): Promise<FoundObject[]> {
  const found: FoundObject[] = []
  const asked = SOURCES.filter((source, i) => source.when === undefined || there.has(String(i)))
  for (const source of asked) {
    for (const r of await session.query(source.sql(scope))) {
      found.push({ object: toObject(source, r), catalogue: source.catalogue, id: Number(r.id) })
    }
  }
  return found
}
