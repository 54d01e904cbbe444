/** Address → open database, through the engine that its address names. */
import type { Address, Database, OpenOptions } from '../core/engine.ts'
import { engineFor } from '../engines/index.ts'

/** Opens one connection. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function openDatabase(address: Address, o: OpenOptions): Promise<Database> {
  const engine = await engineFor(address.engine)
  return engine.open(address, o)
}
