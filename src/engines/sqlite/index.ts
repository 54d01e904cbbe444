/** The SQLite engine, over Node's own SQLite. */
import type { Engine } from '../../core/engine.ts'
import { parseAddress } from './address.ts'
import { connect } from './connect.ts'
import { dialect } from './dialect.ts'

/** `sqlite:path`, `sqlite::memory:`. */
export const sqlite: Engine = {
  name: 'sqlite',
  schemes: ['sqlite'],
  dialect,
  parse: parseAddress,
  open: (address, o) => connect(sqlite, address, o),
}
