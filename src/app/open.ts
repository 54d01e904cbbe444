/** Address → open database, through the engine that its address names. */
import type { Address, Database, OpenOptions } from '../core/engine.ts'
import { sweepTemporary } from '../disk/temporary-folder.ts'
import { engineFor } from '../engines/index.ts'

/** Opens one connection. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function openDatabase(address: Address, o: OpenOptions): Promise<Database> {
  await sweepTemporary()
  const engine = await engineFor(address.engine)
  return engine.open(address, o)
}

/**
 * The ends of a copy, side by side. A target that is made by being opened (a file, a folder) waits until the source is open.
 * Throws as `openDatabase` does, for the source first; then neither stays open.
 */
export async function openEnds(
  from: Address,
  to: Address,
  o: OpenOptions,
): Promise<[source: Database, target: Database]> {
  const source = openDatabase(from, { role: 'source' })
  const made = to.path !== undefined && o.role === 'target' && o.look !== true
  const target = made ? source.then(() => openDatabase(to, o)) : openDatabase(to, o)
  const [first, second] = await allOrNone([source, target])
  return [first, second]
}

/** What is opened side by side: if one cannot be opened none stays open, and its error is thrown. `shut` closes what was opened. */
export async function allOrNone<T extends { close(): Promise<void> }>(
  opening: readonly Promise<T>[],
  shut: (open: readonly T[]) => Promise<unknown> = (open) => Promise.all(open.map((o) => o.close())),
): Promise<T[]> {
  const settled = await Promise.allSettled(opening)
  const open = settled.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []))
  const failed = settled.find((r) => r.status === 'rejected')
  if (failed === undefined) return open
  await shut(open).catch(() => {}) // the first error tells more
  throw failed.reason
}
