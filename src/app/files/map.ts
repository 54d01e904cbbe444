/** `naru files export` and `import`: the map of old to new addresses. */
import { createReadStream } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { FileLedger, FileRecord } from '../../core/file-ledger.ts'
import { keyOfAddress, newAddress, readAddress } from '../../files/address.ts'
import { fold } from '../../files/name.ts'
import { type MapFormat, mapWriter, surveyMap } from '../../files/redirects.ts'
import type { Store } from '../../files/store.ts'
import { records } from './pages.ts'
import { openLedger } from './session.ts'

export interface FilesExport {
  readonly store: string
  readonly format: MapFormat
  readonly entries: number
  /** Files that the format cannot hold: their addresses are too long for it. */
  readonly leftOut: number
}

/** Writes the map piece by piece; never the whole in memory. Throws USAGE where the new addresses lead nowhere without a page around them. */
export async function exportFiles(
  address: Address,
  store: Store,
  format: MapFormat,
  write: (text: string) => Promise<void>,
): Promise<FilesExport> {
  await using session = await openLedger(address, { writes: false })
  const survey = surveyMap()
  if (format === 'nginx') for await (const move of moves(session.ledger, store)) survey.add(move.from)
  const writer = mapWriter(format, store.name, survey)
  let entries = 0
  let leftOut = 0
  let head = false
  const begin = async () => {
    if (!head) await write(writer.head)
    head = true
  }
  for await (const move of moves(session.ledger, store)) {
    if (format !== 'json' && !/^(https?:\/\/|\/)/i.test(move.to)) throw leadsNowhere(store, format, move.to)
    const entry = writer.entry(move, entries === 0)
    if (entry === null) leftOut++
    else {
      await begin()
      await write(entry)
      entries++
    }
  }
  await begin()
  await write(writer.tail)
  return { store: store.name, format, entries, leftOut }
}

/** Files that have moved, by the ids of the ledger. What stood in an address itself has no old one. */
async function* moves(ledger: FileLedger, store: Store): AsyncGenerator<{ from: string; to: string }> {
  for await (const page of records(ledger, store.name, ['done'])) {
    for (const r of page) {
      if (r.source.startsWith('naru-inline:')) continue
      yield { from: r.source, to: r.address ?? newAddress(r.key ?? '', '', store.addressing.address) }
    }
  }
}

function leadsNowhere(store: Store, format: MapFormat, to: string): NaruError {
  return new NaruError('USAGE', `the new addresses of the store ${store.name} are no targets of redirects`, {
    why: `${to} begins neither with a slash nor with https://`,
    hint: `Give the store an \`address\` (where its files are served), or leave out --format ${format}.`,
    state: 'nothing was changed',
  })
}

export interface FilesImport {
  readonly store: string
  readonly imported: number
  /** Done in the ledger already; they stay as they are. */
  readonly known: number
  /** Addresses that are none of this store. */
  readonly refused: readonly string[]
  readonly exit: 0 | 1
}

const BATCH = 500

/** Takes over a `.json` map of old to new addresses: these files count as moved. Throws FILE_UNREADABLE. */
export async function importFiles(address: Address, store: Store, path: string): Promise<FilesImport> {
  const map = Object.entries(await readMap(path))
  await using session = await openLedger(address, { writes: true })
  const refused: string[] = []
  let imported = 0
  let known = 0
  for (let i = 0; i < map.length; i += BATCH) {
    const fresh = new Map<string, FileRecord>()
    for (const [from, to] of map.slice(i, i + BATCH)) {
      const record = recordOf(from, to, store)
      if (record === null) refused.push(from)
      else fresh.set(record.id, record)
    }
    const there = await session.ledger.find(store.name, [...fresh.keys()])
    for (const r of there) if (r.state === 'done' && fresh.delete(r.id)) known++
    await noteEach(session.ledger, [...fresh.values()])
    imported += fresh.size
  }
  return { store: store.name, imported, known, refused, exit: refused.length > 0 ? 1 : 0 }
}

async function readMap(path: string): Promise<Record<string, string>> {
  const unreadable = (why: string, cause?: unknown) =>
    new NaruError('FILE_UNREADABLE', `${path} is no map of old to new addresses`, {
      why,
      cause,
      state: 'nothing was changed',
    })
  let value: unknown
  try {
    value = JSON.parse(await readAll(createReadStream(path)))
  } catch (error) {
    throw unreadable((error as Error).message, error)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('expected {"old": "new", …}')
  const wrong = Object.entries(value).find(([, to]) => typeof to !== 'string' || to === '')
  if (wrong !== undefined) throw unreadable(`the new address of ${wrong[0]} is no text`)
  return value as Record<string, string>
}

function recordOf(from: string, to: string, store: Store): FileRecord | null {
  const read = readAddress(from, store.addressing)
  if (read.kind !== 'file') return null
  const template = store.addressing.address
  const key = keyOfAddress(to, template)
  const own = key !== null && newAddress(key, '', template) === to
  const blank = { bytes: null, sha256: null, type: null, etag: null, modified: null, error: null }
  const { id, source } = read
  const name = own
    ? { key, address: null, claim: store.naming === 'hash' ? null : fold(key) }
    : { key: null, address: to, claim: null }
  return {
    store: store.name,
    id,
    source,
    state: 'done',
    attempts: 0,
    noted: new Date().toISOString(),
    ...blank,
    ...name,
  }
}

/** Two old addresses may lead to one new one: the first has the claim. */
async function noteEach(ledger: FileLedger, fresh: readonly FileRecord[]): Promise<void> {
  if (await ledger.note(fresh)) return
  for (const record of fresh) if (!(await ledger.note([record]))) await ledger.note([{ ...record, claim: null }])
}
