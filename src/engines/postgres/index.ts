/** The engine of PostgreSQL and of PGlite, its embedded form. */
import type { Engine } from '../../core/engine.ts'
import { parseAddress } from './address.ts'
import { openDatabase } from './database.ts'
import { dialect } from './dialect.ts'

/** PostgreSQL 12 and later; `pglite:` addresses open PGlite in this process. */
export const postgres: Engine = {
  name: 'postgres',
  schemes: ['postgres', 'postgresql', 'pglite'],
  dialect,
  parse: parseAddress,
  open: (address, o = {}) => openDatabase(postgres, address, o),
}
