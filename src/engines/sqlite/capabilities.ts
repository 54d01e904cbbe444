/** What SQLite can do. */
import type { Capabilities } from '../../core/capabilities.ts'

/** `memory`: a database in memory lives on one connection only. */
export function capabilities(memory: boolean): Capabilities {
  return {
    inProcess: memory,
    analyzesBesideReads: false,
    writers: 1,
    sharedSnapshot: 'lock',
    transactionalDdl: true,
    schemas: false,
    identifierLimit: null,
    identifierUnit: 'bytes',
    foldsNames: true,
    indexBytes: null,
    enums: false,
    arrays: false,
    nulInText: true,
    foldsText: false,
    foreignKeysAlterable: false,
    canDisableTriggers: true,
    freeConnections: null,
    extensions: [],
  }
}
