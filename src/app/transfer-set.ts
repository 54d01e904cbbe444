/** A set of transfers of the configuration, or one transfer of it, with the databases that it names. */
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { isSeveral } from '../core/schema-choice.ts'
import { suggest } from '../core/suggest.ts'
import type { Store } from '../files/store.ts'
import type { TableRef } from '../transfer/columns.ts'
import { membersOf, type Transfer, type TransferGroup } from '../transfer/define.ts'
import { sourcesOf } from '../transfer/steps.ts'
import type { LoadedConfig } from './config.ts'
import type { Stores } from './files/transfer-files.ts'

/** A database by its name in the configuration. */
export interface NamedAddress {
  readonly name: string
  readonly address: Address
}

/** Transfers that run together. */
export interface TransferSet {
  /** As it was asked for: that of the set, or of one transfer. */
  readonly name: string
  /** That of the set. */
  readonly set: string
  /** All of the set: refs may name any of them. */
  readonly transfers: readonly Transfer[]
  /** Transfers of other sets to the same database. */
  readonly others: readonly Transfer[]
  /** Transfers of other sets to the same database that are called as some of this set. */
  readonly namesakes: readonly Transfer[]
  /** Names of those that are to run. */
  readonly wanted: ReadonlySet<string>
  readonly sources: readonly NamedAddress[]
  readonly target: NamedAddress
  /** Path of the configuration, for threads that need its functions. */
  readonly module: string | null
  /** Stores that the mappings name. */
  readonly stores: Stores
  /** Hooks of the run as a whole. */
  readonly around: Pick<TransferGroup, 'before' | 'after'>
}

/** Whether a name of the command line means transfers. */
export function namesTransfers(name: string, { config }: LoadedConfig): boolean {
  const sets = config.transfers ?? {}
  return Object.hasOwn(sets, name) || Object.values(sets).some((set) => membersOf(set).some((t) => t.name === name))
}

/**
 * The set of that name, or the one that holds the transfer of that name. `only`: names of transfers to run.
 * Throws CONFIG_INVALID, USAGE for a name that is not there, and what `resolve` throws.
 */
export async function findTransfers(
  name: string,
  loaded: LoadedConfig,
  o: {
    readonly only?: readonly string[]
    readonly exclude?: readonly string[]
    resolve(database: string): Promise<Address>
    /** A store of the configuration; absent: mappings that name one are refused. */
    store?(name: string): Promise<Store>
  },
): Promise<TransferSet> {
  const sets = loaded.config.transfers ?? {}
  const entry = Object.entries(sets).find(([set, all]) => set === name || membersOf(all).some((t) => t.name === name))
  if (entry === undefined) throw unknown(name, Object.keys(sets))
  const [set, group] = entry
  const transfers = membersOf(group)
  const names = transfers.map((t) => t.name)
  const chosen = set === name ? chooseNames(names, o.only ?? names, o.exclude ?? []) : [name]
  const wanted = new Set(chosen)
  const databases = loaded.config.databases ?? {}
  const used = [...new Set(transfers.map((t) => t.from.database))]
  const targets = [...new Set(transfers.map((t) => t.to.database))]
  for (const database of [...used, ...targets]) {
    if (!Object.hasOwn(databases, database)) throw unknownDatabase(database, set, Object.keys(databases))
  }
  const open = async (database: string) => ({ name: database, address: await o.resolve(database) })
  const sources: NamedAddress[] = []
  for (const database of used) sources.push(await open(database))
  const beside = Object.values(sets)
    .flatMap(membersOf)
    .filter((t) => !transfers.includes(t) && t.to.database === targets[0])
  const others = beside.filter((t) => !names.includes(t.name))
  const namesakes = beside.filter((t) => names.includes(t.name))
  const stores = new Map<string, Store>()
  for (const store of storeNames(transfers)) {
    if (o.store === undefined) throw new NaruError('CONFIG_INVALID', `transfers.${set}: there is no store ${store}`)
    stores.set(store, await o.store(store))
  }
  const target = await open(targets[0])
  const told = withSchemas([...sources, target])
  const around = 'transfers' in group ? group : {}
  return {
    name,
    set,
    transfers: transfers.map(told),
    others: others.map(told),
    namesakes: namesakes.map(told),
    wanted,
    sources,
    target,
    module: loaded.path,
    stores,
    around,
  }
}

/** Where several schemas of a database are meant, a table that is named without one is that of `public`. */
function withSchemas(databases: readonly NamedAddress[]): (transfer: Transfer) => Transfer {
  const several = new Set(databases.filter((d) => isSeveral(d.address.schema)).map((d) => d.name))
  const told = (ref: TableRef): TableRef =>
    ref.schema === undefined && several.has(ref.database)
      ? { database: ref.database, name: ref.name, schema: 'public' }
      : ref
  return (t) => ({ ...t, from: told(t.from), to: told(t.to), into: t.into.map(told) })
}

/** Names of the stores that file(…) and fileRefs(…) of these transfers mean. */
function storeNames(transfers: readonly Transfer[]): Set<string> {
  const all = transfers.flatMap((t) => sourcesOf(t).map(([, source]) => source))
  return new Set(
    all.flatMap((s) => (typeof s === 'object' && (s.kind === 'file' || s.kind === 'file refs') ? [s.store] : [])),
  )
}

function chooseNames(names: readonly string[], only: readonly string[], exclude: readonly string[]): string[] {
  for (const wanted of [...only, ...exclude]) {
    if (names.includes(wanted)) continue
    const near = suggest(wanted, names)
    throw new NaruError('USAGE', `there is no transfer ${wanted}`, {
      hint: near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`,
      state: 'nothing was changed',
    })
  }
  return names.filter((n) => only.includes(n) && !exclude.includes(n))
}

function unknown(name: string, sets: readonly string[]): NaruError {
  return new NaruError('USAGE', `there is no target, and ${name} is not the name of transfers`, {
    why: sets.length === 0 ? 'naru.config.ts has no transfers' : `naru.config.ts has ${sets.join(', ')}`,
    hint: 'Name both ends, or transfers of the configuration.',
    state: 'nothing was changed',
  })
}

function unknownDatabase(database: string, set: string, known: readonly string[]): NaruError {
  return new NaruError('CONFIG_INVALID', `transfers.${set}: there is no database ${database}`, {
    why: `databases has ${known.join(', ') || 'no entry'}`,
    hint: 'The first argument of table(…) is the name that the database has in naru.config.ts.',
    state: 'nothing was changed',
  })
}
