/** What a server can do, and for how many connections it has room. */
import type { Capabilities } from '../../core/capabilities.ts'
import type { Server } from './connect.ts'
import { featuresOf } from './plan/features.ts'
import type { Statements } from './query.ts'
import { INT_WIDTHS, KEY_BYTES } from './render.ts'

async function freeConnections(q: Statements, server: Server): Promise<number | null> {
  const most = Number(server.variables.get('max_connections'))
  const own = Number(server.variables.get('max_user_connections') ?? 0)
  const [row] = await q.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
  const used = Number(row?.Value ?? 0)
  if (!Number.isFinite(most) || !Number.isFinite(used)) return null
  const free = Math.max(0, most - used)
  return own > 0 ? Math.min(free, own) : free
}

/** The capabilities of a connection's server. */
export async function capabilities(q: Statements, server: Server): Promise<Capabilities> {
  return {
    inProcess: false,
    analyzesBesideReads: false,
    writers: null,
    sharedSnapshot: 'lock',
    transactionalDdl: false,
    schemas: false,
    identifierLimit: 64,
    identifierUnit: 'characters',
    foldsNames: (server.variables.get('lower_case_table_names') ?? '0') !== '0',
    indexBytes: KEY_BYTES,
    enums: true,
    arrays: false,
    nulInText: true,
    foldsText: true,
    foreignKeysAlterable: true,
    canDisableTriggers: false,
    freeConnections: await freeConnections(q, server),
    extensions: featuresOf(server).printsWidths ? [INT_WIDTHS] : [],
  }
}
