/** Files that the rows of transfers name: counted for a plan, moved before the rows. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import type { FileLedger } from '../../core/file-ledger.ts'
import type { PlannedFiles, TablePlan } from '../../core/plan.ts'
import { readAddress } from '../../files/address.ts'
import { idOf, resolveFiles } from '../../files/lookup.ts'
import type { Addressing, FilePolicy, Store } from '../../files/store.ts'
import type { FilesTally } from '../../files/tally.ts'
import { plural, size } from '../format.ts'
import type { Addressings } from './lane-files.ts'
import { moveAddresses } from './move-addresses.ts'
import { addressesOf, type FileColumn, fileColumns } from './transfer-columns.ts'

/** Stores by the names that mappings call them. */
export type Stores = ReadonlyMap<string, Store>

/** What lanes must know of them. */
export function addressingsOf(stores: Stores): Addressings {
  return Object.fromEntries([...stores].map(([name, store]) => [name, store.addressing]))
}

interface Places {
  readonly stores: Stores
  readonly sources: readonly Database[]
  readonly target: Database
}

function ledgerOf(target: Database): FileLedger {
  const ledger = target.fileLedger?.()
  if (ledger !== undefined) return ledger
  throw new NaruError('UNSUPPORTED', `${target.address.label} keeps no ledger of files`, {
    why: `${target.engine.name} executes no statements`,
    hint: 'Leave file(…) and fileRefs(…) out, and move the files with `naru files move`.',
    state: 'nothing was changed',
  })
}

function storeOf(stores: Stores, name: string): Store {
  const store = stores.get(name)
  if (store === undefined) throw new NaruError('INTERNAL', `the store ${name} was not read`)
  return store
}

/** Different addresses of one store that are held in memory; where there are more, the plan says so. */
const MOST_COUNTED = 1_000_000
const BATCH = 1000

/** How many different addresses and files there are for each store, by what its ledger knows of them. Changes nothing. */
export async function planFiles(tables: readonly TablePlan[], p: Places): Promise<PlannedFiles[]> {
  const planned: PlannedFiles[] = []
  for (const [name, columns] of Map.groupBy(fileColumns(tables), (c) => c.store)) {
    const { addressing } = storeOf(p.stores, name)
    const all = new Set<string>()
    let more = false
    for await (const address of addressesOf(columns, addressing, (i) => p.sources[i])) {
      if (readAddress(address, addressing).kind === 'none') continue
      more = all.size >= MOST_COUNTED && !all.has(address)
      if (more) break
      all.add(address)
    }
    const counted = await countFiles([...all], addressing, ledgerOf(p.target))
    planned.push({ store: name, columns: labels(columns), addresses: all.size, more, ...counted })
  }
  return planned
}

/** Files by what the ledger knows of them; addresses that name none, each. */
async function countFiles(
  addresses: readonly string[],
  addressing: Addressing,
  ledger: FileLedger,
): Promise<Pick<PlannedFiles, 'files' | 'states'>> {
  const ids = new Set<string>()
  const firsts = addresses.filter((address) => {
    const id = idOf(readAddress(address, addressing))
    if (id === null) return true
    const known = ids.has(id)
    ids.add(id)
    return !known
  })
  const states: Record<string, number> = {}
  for (let i = 0; i < firsts.length; i += BATCH) {
    for (const { state } of await resolveFiles(firsts.slice(i, i + BATCH), addressing, ledger)) {
      states[state] = (states[state] ?? 0) + 1
    }
  }
  return { files: ids.size, states }
}

const labels = (columns: readonly FileColumn[]) => [...new Set(columns.map((c) => c.label))]

/** What became of the files of a run. */
export interface TransferFiles {
  /**
   * Moves the files that rows of these tables name; what the ledger has is not fetched. Throws FILES_NOT_MOVED where a policy is to fail,
   * STORE_FAILED; what was moved by then stays noted.
   */
  move(tables: readonly TablePlan[], signal: AbortSignal | undefined): Promise<void>
  /** Sentences for the report, one a store and what is to be told of it. */
  notes(): string[]
}

/** Moves files for one run, over the target's connection, which must be in no transaction meanwhile. */
export function transferFiles(p: Places & { readonly reporter: Reporter }): TransferFiles {
  const tallies = new Map<string, FilesTally[]>()
  return {
    async move(tables, signal) {
      const columns = fileColumns(tables)
      if (columns.length === 0) return
      const ledger = ledgerOf(p.target)
      await ledger.prepare()
      for (const [name, own] of Map.groupBy(columns, (c) => c.store)) {
        const store = storeOf(p.stores, name)
        const addresses = addressesOf(own, store.addressing, (i) => p.sources[i])
        const tally = await moveAddresses({ store, ledger, addresses, reporter: p.reporter, signal })
        tallies.set(name, [...(tallies.get(name) ?? []), tally])
        if (signal?.aborted) return
        if (tally.refused > 0) throw notMoved(store, labels(own), tally)
      }
    },
    notes: () => [...tallies].flatMap(([store, all]) => sentences(storeOf(p.stores, store), all)),
  }
}

/** Whether rows with an address in this state are refused. */
function refuses({ addressing }: Store, state: string): boolean {
  if (state === 'outside' || state === 'invalid') return ['fail', 'move'].includes(addressing.outside)
  const policy = (addressing.policies as Readonly<Record<string, unknown>>)[state]
  return policy === undefined ? state !== 'done' && state !== 'none' : policy === 'fail'
}

function notMoved(store: Store, columns: readonly string[], tally: FilesTally): NaruError {
  const shown = tally.samples.filter((s) => refuses(store, s.state)).map((s) => `${s.address} (${s.reason})`)
  const rest = tally.refused - shown.length
  return new NaruError(
    'FILES_NOT_MOVED',
    `${plural(tally.refused, 'address', 'addresses')} of ${columns.join(', ')} ${tally.refused === 1 ? 'has' : 'have'} no file in the store ${store.name}`,
    {
      why: `${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
      hint: `Bring the files and ask again with \`naru files retry ${store.name}\`, or give the store a policy (missing, empty, wrongType, tooLarge: null, keep, a placeholder); then run the same command again.`,
      state: 'no row of these tables has moved; files that were moved are noted and are not fetched again',
    },
  )
}

/** Addresses by state as the last look found them, with the policy that settled them; what was fetched in all looks of this run. */
function sentences({ name, addressing }: Store, all: readonly FilesTally[]): string[] {
  const last = widest(all)
  const sum = (of: (t: FilesTally) => number) => all.reduce((n, t) => n + of(t), 0)
  const policies: Readonly<Record<string, FilePolicy>> = addressing.policies
  const states = Object.entries(last.addresses)
    .filter(([state]) => state !== 'none')
    .sort(([a], [b]) => Number(b === 'done') - Number(a === 'done') || (a < b ? -1 : 1))
    .map(([state, n]) => `${n} ${state}${state in policies ? ` (policy ${policyWords(policies[state])})` : ''}`)
  const head = `files of ${name}: ${plural(
    sum((t) => t.fetched),
    'file',
  )} fetched, ${size(sum((t) => t.bytes))}; addresses: ${states.join(', ') || 'none'}`
  return [head, ...last.samples.map((s) => `files of ${name}: ${s.address}: ${s.reason}`)]
}

const policyWords = (policy: FilePolicy) => (typeof policy === 'string' ? policy : policy.placeholder)

const total = (t: FilesTally) => Object.values(t.addresses).reduce((n, m) => n + m, 0)

/** The look that saw the most: each phase looks at its own tables again. */
function widest(all: readonly FilesTally[]): FilesTally {
  return all.reduce((best, t) => (total(t) >= total(best) ? t : best))
}
