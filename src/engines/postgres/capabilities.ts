/** What a server, at its version and for this user, can do. */
import type { Capabilities } from '../../core/capabilities.ts'
import type { Session } from './session.ts'

/** Largest entry of a btree: a third of a page of 8 kB, less its overhead. */
const BTREE_ENTRY = 2704

/** Files of the server are read for what could be installed: a superuser is not asked what others may install. */
const FACTS = `SELECT current_setting('server_version') AS version,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS free,
    coalesce((SELECT json_agg(extname) FROM pg_extension), '[]') AS installed,
    coalesce(CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
      THEN (SELECT json_agg(name) FROM pg_available_extensions)
      ELSE (SELECT json_agg(DISTINCT v.name) FROM pg_available_extension_versions v WHERE to_jsonb(v) ->> 'trusted' = 'true')
    END, '[]') AS creatable`

/** Whether triggers and foreign keys may be switched off: tried, since managed servers grant it in ways of their own. */
async function mayDisableTriggers(session: Session): Promise<boolean> {
  try {
    await session.execute('BEGIN; SET LOCAL session_replication_role TO replica; ROLLBACK')
    return true
  } catch {
    await session.execute('ROLLBACK').catch(() => {})
    return false
  }
}

export interface ServerFacts {
  /** `15.18`. */
  readonly version: string
  readonly can: Capabilities
}

/** Asks the server. `inProcess`: it is PGlite. */
export async function serverFacts(session: Session, inProcess: boolean): Promise<ServerFacts> {
  const [r] = await session.query(FACTS)
  const list = (value: unknown) => JSON.parse(String(value)) as string[]
  const extensions = [...new Set([...list(r.installed), ...list(r.creatable)])]
    .filter((name) => name !== 'plpgsql')
    .sort()
  const can: Capabilities = {
    inProcess,
    analyzesBesideReads: true,
    writers: inProcess ? 1 : null,
    sharedSnapshot: inProcess ? 'none' : 'export',
    transactionalDdl: true,
    schemas: true,
    identifierLimit: 63,
    identifierUnit: 'bytes',
    foldsNames: false,
    indexBytes: BTREE_ENTRY,
    enums: true,
    arrays: true,
    nulInText: false,
    foldsText: false,
    foreignKeysAlterable: true,
    canDisableTriggers: await mayDisableTriggers(session),
    freeConnections: inProcess ? null : Math.max(0, Number(r.free)),
    extensions,
  }
  return { version: String(r.version).split(' ')[0], can }
}
