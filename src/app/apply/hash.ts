/** The hash by which a schema is known again between a plan and its first statement. */
import { createHash } from 'node:crypto'
import type { OtherObject, Schema, Table } from '../../core/schema.ts'
import { canonical } from '../../diff/canonical.ts'

/** Estimates and positions of counters move while the schema stays. */
function still(table: Table): Table {
  return { ...table, rows: undefined, bytes: undefined, counter: undefined }
}

/** `uses` follows from the definition. */
function stillObject(object: OtherObject): OtherObject {
  return { ...object, next: undefined, uses: undefined }
}

/** SHA-256 over the structure of a normalized schema. */
export function schemaHash(schema: Schema): string {
  const text = canonical({ tables: schema.tables.map(still), others: schema.others.map(stillObject) })
  return createHash('sha256').update(text).digest('hex')
}
