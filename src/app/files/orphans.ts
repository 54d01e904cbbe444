/** `naru files orphans`: objects that no file of the ledger has, and files whose object is gone. */
import type { Address } from '../../core/engine.ts'
import { shownAddress } from '../../files/address.ts'
import type { Store } from '../../files/store.ts'
import { records } from './pages.ts'
import { openLedger, withDestination } from './session.ts'

export interface FilesOrphans {
  readonly store: string
  /** Objects at the destination. */
  readonly objects: number
  /** Names of objects that no file of the store has. */
  readonly orphans: readonly string[]
  readonly orphanBytes: number
  /** Files that are done in the ledger and have no object. */
  readonly gone: readonly { readonly source: string; readonly key: string }[]
  readonly exit: 0 | 1
}

const BATCH = 1000

/** Compares the whole destination with the ledger; the names of its objects are held in memory. Changes nothing. Throws STORE_FAILED. */
export async function orphanFiles(address: Address, store: Store): Promise<FilesOrphans> {
  await using session = await openLedger(address, { writes: false })
  const { ledger } = session
  const there = new Map<string, number>()
  await withDestination(store, async (destination) => {
    for await (const { key, bytes } of destination.list()) there.set(key, bytes)
  })
  const orphans: string[] = []
  const keys = [...there.keys()]
  for (let i = 0; i < keys.length; i += BATCH) {
    const batch = keys.slice(i, i + BATCH)
    const known = new Set(await ledger.keys(store.name, batch))
    orphans.push(...batch.filter((key) => !known.has(key)))
  }
  const gone: { source: string; key: string }[] = []
  for await (const page of records(ledger, store.name, ['done'])) {
    for (const { source, key } of page)
      if (key !== null && !there.has(key)) gone.push({ source: shownAddress(source), key })
  }
  const orphanBytes = orphans.reduce((n, key) => n + (there.get(key) ?? 0), 0)
  const exit = orphans.length > 0 || gone.length > 0 ? 1 : 0
  return { store: store.name, objects: there.size, orphans, orphanBytes, gone, exit }
}
