import type { Database } from '../../src/core/engine.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { conformanceOf } from './subject.ts'

/** PGlite takes half a second to open, and the same code is proven on fresh databases of a server. */
async function empty(db: Database): Promise<void> {
  await db.execute('ROLLBACK')
  const schemas = await db.query(
    "SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'",
  )
  for (const { name } of schemas) await db.execute(`DROP SCHEMA ${name} CASCADE`)
  await db.execute('CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC')
}

conformanceOf('pglite', postgres, { plans: 'some', empty })
