/** A place for what does not fit into memory and is of use to one run alone. */
import type { Database } from '../core/engine.ts'
import { openDatabase } from './open.ts'

/**
 * An empty SQLite database in a file that the system removes with this process, however that ends: no name leads to it from the beginning.
 * `label`: what it holds, for messages.
 */
export function temporaryStore(label: string): Promise<Database> {
  return openDatabase({ engine: 'sqlite', label, path: '', params: {} }, { role: 'target' })
}
