/** `naru files move`: what a column of a live database points at, into the store; with `rewrite` the rows get the new addresses. */
import type { Address, Database } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { FileLedger } from '../../core/file-ledger.ts'
import { keyOfAddress, readAddress } from '../../files/address.ts'
import { columnPages } from '../../files/column.ts'
import { type AddressColumn, columnLabel } from '../../files/column-sql.ts'
import { type AddressForm, newValues, openForm, type ValueForm } from '../../files/forms.ts'
import { idOf } from '../../files/lookup.ts'
import { type RewriteCounts, rewriteColumn } from '../../files/rewrite-column.ts'
import type { Store } from '../../files/store.ts'
import type { FilesTally } from '../../files/tally.ts'
import { dryTally } from './dry.ts'
import { findColumn } from './find-column.ts'
import { moveAddresses } from './move-addresses.ts'
import { openLedger } from './session.ts'

export interface FilesMoveOptions {
  /** `table.column`, or `schema.table.column`. */
  readonly column: string
  readonly form: AddressForm
  /** Nothing is fetched and nothing written. */
  readonly dryRun?: boolean
  readonly rewrite?: boolean
  /** Files that are done are asked for again by ETag or date. */
  readonly refresh?: boolean
}

export interface FilesMoveReport {
  readonly store: string
  readonly column: string
  readonly dryRun: boolean
  /** Asked to stop: what is noted stays, the same command goes on. */
  readonly stopped: boolean
  readonly tally: FilesTally
  readonly rewritten: RewriteCounts | null
  readonly exit: 0 | 1 | 130
}

/** Moves the files of a column. Throws TABLE_MISSING, COLUMN_MISSING, UNSUPPORTED, STORE_FAILED. */
export async function moveColumn(
  address: Address,
  store: Store,
  o: FilesMoveOptions,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<FilesMoveReport> {
  await using session = await openLedger(address, { writes: o.dryRun !== true })
  const { database, ledger } = session
  const column = await findColumn(database, o.column)
  const form = await openForm(o.form, store.addressing)
  const rows = { database, ledger, column, store, form, signal }
  const report = { store: store.name, column: columnLabel(column.table.name, column.column.name) }
  if (o.dryRun) {
    const tally = await dryTally(addresses(rows), store.addressing, ledger)
    return { ...report, dryRun: true, stopped: false, tally, rewritten: null, exit: 0 }
  }
  const tally = await moveAddresses({ store, ledger, addresses: addresses(rows), reporter, refresh: o.refresh, signal })
  const stopped = signal?.aborted === true
  const rewritten = o.rewrite && !stopped ? await rewriteAll(rows, reporter) : null
  const exit = stopped ? 130 : tally.refused > 0 || (rewritten?.changed ?? 0) > 0 ? 1 : 0
  return { ...report, dryRun: false, stopped, tally, rewritten, exit }
}

interface Rows {
  readonly database: Database
  readonly ledger: FileLedger
  readonly column: AddressColumn
  readonly store: Store
  readonly form: ValueForm
  readonly signal: AbortSignal | undefined
}

/** Addresses of the column that are not the store's own new ones already, each once a page. */
async function* addresses({ database, column, form, store, ledger }: Rows): AsyncGenerator<string> {
  for await (const rows of columnPages(database, column)) {
    const found = new Set(rows.flatMap((row) => form.addresses(row.value)))
    const own = await ownAddresses([...found], store, ledger)
    for (const address of found) if (!own.has(address)) yield address
  }
}

/** Addresses that an earlier rewrite brought: without knowing them, a relative one would be taken for an old one. */
async function ownAddresses(found: readonly string[], store: Store, ledger: FileLedger): Promise<Set<string>> {
  const keyed = (address: string) => keyOfAddress(address.replace(/#.*$/s, ''), store.addressing.address)
  const byKey = Map.groupBy(found, keyed)
  const keys = [...byKey.keys()].filter((key) => key !== null)
  const known = keys.length === 0 ? [] : await ledger.keys(store.name, keys)
  const own = known.flatMap((key) => byKey.get(key) ?? [])
  const policies = Object.values(store.addressing.policies)
  const placeholders = new Set(policies.flatMap((p) => (typeof p === 'string' ? [] : [p.placeholder])))
  own.push(...found.filter((address) => placeholders.has(address)))
  // Where names are kept, an old address may look like a new one: what the ledger has as a source is a source.
  const idOfOwn = (address: string) => idOf(readAddress(address, store.addressing)) ?? ''
  const sources = own.length === 0 ? [] : await ledger.find(store.name, [...new Set(own.map(idOfOwn))])
  const ids = new Set(sources.map((r) => r.id))
  return new Set(own.filter((address) => !ids.has(idOfOwn(address))))
}

async function rewriteAll(rows: Rows, reporter: Reporter): Promise<RewriteCounts> {
  const { database, column, form, store, ledger, signal } = rows
  reporter.report({ type: 'phase', phase: 'rewrite', state: 'begin' })
  const began = performance.now()
  try {
    return await rewriteColumn(database, column, {
      signal,
      page: () => {},
      async values(page) {
        const texts = page.map((row) => row.value)
        const found = new Set(texts.flatMap((text) => form.addresses(text)))
        const own = await ownAddresses([...found], store, ledger)
        return newValues(texts, form, store.addressing, ledger, own)
      },
    })
  } finally {
    reporter.report({ type: 'phase', phase: 'rewrite', state: 'end', ms: performance.now() - began })
  }
}
