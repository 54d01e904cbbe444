/** Enums, domains and arrays of them: what a column's type means when its name alone does not say it. */

import type { ColumnType, LogicalType, ObjectName } from '../../../core/schema.ts'
import { parseType } from '../types.ts'
import type { Asked } from './present.ts'
import { json } from './scope.ts'

interface UserType {
  readonly kind: string
  readonly name: ObjectName
  readonly base: number
  readonly baseNative: string
  readonly element: number
  readonly labels: readonly string[]
}

const QUERY = `SELECT t.oid, t.typtype, n.nspname, t.typname, t.typbasetype, t.typelem,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(t.typelem, NULL) END AS native,
    coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]') AS labels
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
    AND (t.typtype IN ('e', 'd') OR (t.typcategory = 'A' AND EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typtype IN ('e', 'd'))))`

/** Looks up what types mean; made once per inspection. */
export type TypeLookup = (oid: number, native: string) => ColumnType

/** Loads the user's types. */
export async function userTypes(session: Asked): Promise<TypeLookup> {
  const found = new Map<number, UserType>()
  for (const r of await session.query(QUERY)) {
    found.set(Number(r.oid), {
      kind: String(r.typtype),
      name: { schema: String(r.nspname), name: String(r.typname) },
      base: Number(r.typbasetype),
      baseNative: String(r.native),
      element: Number(r.typelem),
      labels: json(r.labels),
    })
  }
  const meaning = (oid: number, native: string): LogicalType => {
    const type = found.get(oid)
    if (type === undefined) return parseType(native).logical
    if (type.kind === 'e') return { kind: 'enum', values: type.labels, name: type.name }
    if (type.kind === 'd') return ofDomain(type, meaning)
    return { kind: 'array', of: meaning(type.element, type.baseNative) }
  }
  return (oid, native) => ({ native, logical: meaning(oid, native) })
}

/** A domain means what its base means. The name no longer tells where the base is a special case: then it is opaque. */
function ofDomain(type: UserType, meaning: (oid: number, native: string) => LogicalType): LogicalType {
  return type.baseNative === 'money' ? { kind: 'opaque', native: 'money' } : meaning(type.base, type.baseNative)
}
