/** Files of stores for the lanes of a mapping: read from the ledger on the target, nothing is fetched. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { FileLedger, FileRecord } from '../../core/file-ledger.ts'
import { type AddressForm, newValues, openForm, type ValueForm } from '../../files/forms.ts'
import type { NewValue } from '../../files/rewrite-column.ts'
import type { Addressing } from '../../files/store.ts'
import type { FileForm, StoreFiles } from '../../transfer/file.ts'
import type { SideConnection } from '../lookups.ts'
import { records } from './pages.ts'

/** How the stores of a run read and write addresses, by name. */
export type Addressings = Readonly<Record<string, Addressing>>

export interface LaneFiles {
  /** The files of a store. Throws CONFIG_INVALID, UNSUPPORTED. */
  open(store: string): Promise<StoreFiles>
  /** What was read is read anew: files may have been moved meanwhile. */
  forget(): void
  close(): Promise<void>
}

interface LaneFilesOptions {
  readonly stores: Addressings
  readonly connection: SideConnection
  /** All that the ledger has of a store is read when it is opened: nothing can be asked while a batch is being written. */
  readonly whole: boolean
}

type Find = Pick<FileLedger, 'find'>

/** Opens stores when they are first asked for, over one connection for all of them. */
export function laneFiles({ stores, connection, whole }: LaneFilesOptions): LaneFiles {
  const known = new Map<string, Promise<StoreFiles>>()
  let db: Promise<Database> | null = null
  const close = async () => {
    const own = db
    db = null
    if (own !== null) await connection.close(await own)
  }
  const openStore = async (store: string) => {
    if (!Object.hasOwn(stores, store)) throw unknownStore(store)
    db ??= connection.open()
    const ledger = (await db).fileLedger?.()
    if (ledger === undefined) throw new NaruError('UNSUPPORTED', 'the target keeps no ledger of files')
    const find = whole ? await readWhole(ledger, store) : ledger
    if (whole) await close()
    return storeFiles(stores[store], find)
  }
  return {
    open(store) {
      const files = known.get(store) ?? openStore(store)
      known.set(store, files)
      return files
    },
    forget: () => known.clear(),
    async close() {
      known.clear()
      await close()
    },
  }
}

function unknownStore(store: string): NaruError {
  return new NaruError('CONFIG_INVALID', `there is no store ${store}`, {
    hint: 'Name it under `stores` in naru.config.ts.',
  })
}

/** All of a store in memory. */
async function readWhole(ledger: FileLedger, store: string): Promise<Find> {
  const all = new Map<string, FileRecord>()
  for await (const page of records(ledger, store)) for (const record of page) all.set(record.id, record)
  return { find: async (_store, ids) => ids.flatMap((id) => all.get(id) ?? []) }
}

/** What a mapping calls `address` is `plain` where texts are read. */
const addressForm = (form: FileForm): AddressForm => (form === 'address' ? 'plain' : form)

function storeFiles(addressing: Addressing, ledger: Find): StoreFiles {
  const forms = new Map<FileForm, Promise<ValueForm>>()
  const ready = new Map<FileForm, Map<string, NewValue>>()
  const formOf = (form: FileForm) => {
    const opened = forms.get(form) ?? openForm(addressForm(form), addressing)
    forms.set(form, opened)
    return opened
  }
  return {
    async prepare(form, texts) {
      const all = [...texts]
      const values = await newValues(all, await formOf(form), addressing, ledger)
      ready.set(form, new Map(all.map((text, i) => [text, values[i]])))
    },
    find: (form, text) => ready.get(form)?.get(text),
  }
}
