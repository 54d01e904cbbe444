/** How an engine compares and changes schemas, for states that may come without a connection. */
import type { Capabilities } from '../core/capabilities.ts'
import type { Schema } from '../core/schema.ts'
import { engineFor } from '../engines/index.ts'
import type { Comparer } from './diff-compare.ts'

/** Where no server was there to be asked (a snapshot, a file): what a present server of that engine can do. */
const UNASKED: Capabilities = {
  inProcess: false,
  analyzesBesideReads: false,
  writers: null,
  sharedSnapshot: 'none',
  transactionalDdl: true,
  schemas: false,
  identifierLimit: null,
  identifierUnit: 'bytes',
  foldsNames: false,
  indexBytes: null,
  enums: true,
  arrays: true,
  nulInText: false,
  foldsText: false,
  foreignKeysAlterable: true,
  canDisableTriggers: false,
  freeConnections: null,
  extensions: [],
}

/** Capabilities of a schema's engine without a server. */
export function unaskedCapabilities(schema: Schema): Capabilities {
  switch (schema.engine) {
    case 'postgres':
      return { ...UNASKED, schemas: true, identifierLimit: 63, indexBytes: 2704 }
    case 'mysql':
      return {
        ...UNASKED,
        transactionalDdl: false,
        identifierLimit: 64,
        identifierUnit: 'characters',
        indexBytes: 3072,
      }
    default:
      return { ...UNASKED, enums: false, arrays: false, foldsNames: true, foreignKeysAlterable: false }
  }
}

/** Compares as it is, and plans nothing: for engines whose schemas are not altered (CSV). */
const PLAIN: Comparer = { normalize: (schema) => schema, ordersColumns: true }

/** The planner of an engine; without `plan` where its schemas are not altered. */
export async function plannerFor(engine: string): Promise<Comparer> {
  return (await engineFor(engine)).dialect.planner ?? PLAIN
}
