/** Moves single files: fetch, check, name, store, note. A file holds its place until its note is durable, so a kill costs at most what is in flight. */
import { join } from 'node:path'
import type { FileLedger, FileRecord } from '../core/file-ledger.ts'
import { type FileAddress, pathBelow } from './address.ts'
import { type Claim, type Claims, openClaims } from './claims.ts'
import type { Destination } from './destination.ts'
import { type Fetched, fetchFile } from './fetch-file.ts'
import { type Gate, openGate } from './gate.ts'
import { gather } from './gather.ts'
import { keptKey, keyFor, namedFile } from './name.ts'
import type { FileSource } from './source.ts'
import { openSpool, type Spool } from './spool.ts'
import type { Store } from './store.ts'

export type MovableFile = Extract<FileAddress, { kind: 'file' | 'inline' }>

export interface MoverParts {
  readonly store: Store
  readonly ledger: FileLedger
  readonly source: FileSource
  readonly destination: Destination
  /** Files that begin after this are not fetched. Those under way are finished. */
  readonly signal?: AbortSignal
  /** Asks the source again for files that are done, by their ETag or date. */
  readonly refresh?: boolean
  /** Told of each piece of content. */
  readonly progress?: (bytes: number) => void
}

export interface Mover {
  /** Moves one file unless it is under way already; null: stopped before it began. Throws where destination or ledger fail. */
  move(file: MovableFile, known: FileRecord | undefined): Promise<FileRecord | null>
  close(): Promise<void>
}

interface Work extends MoverParts {
  readonly gate: Gate
  readonly claims: Claims
  /** False: the name is another file's by now. */
  readonly note: (record: FileRecord) => Promise<boolean>
  /** Of files that are under way, for when all is given up. */
  readonly abort: AbortController
  /** Names by content that this process has stored already. */
  readonly stored: Set<string>
  count: number
}

const MOST_NOTES = 256
/** Milliseconds: a transaction costs the ledger more than the files in it. */
const NOTES_EVERY = 10
const MOST_REMEMBERED = 1_000_000
/** Where somebody else takes the name that was free a moment ago. */
const NAME_TRIES = 5

/** A mover for one store. */
export function openMover(parts: MoverParts): Mover {
  const { store, ledger } = parts
  const underWay = new Map<string, Promise<FileRecord | null>>()
  const work: Work = {
    ...parts,
    gate: openGate(store.limits),
    claims: openClaims(store.name, ledger),
    note: gather<FileRecord, boolean>(MOST_NOTES, (records) => noteAll(ledger, records), {
      every: NOTES_EVERY,
      enough: Math.ceil(store.limits.concurrency / 2),
    }),
    abort: new AbortController(),
    stored: new Set(),
    count: 0,
  }
  return {
    move(file, known) {
      const running = underWay.get(file.id)
      if (running !== undefined) return running
      const host = file.kind === 'inline' ? 'inline' : parts.source.host(file.url)
      const kept = store.naming === 'keep' && file.kind === 'file' ? keptKey(store, file.url) : null
      if (kept !== null) work.claims.foresee(kept)
      const moving = work.gate
        .run(host, (leaveHost) =>
          parts.signal?.aborted ? Promise.resolve(null) : moveOne(work, { file, known, host, kept }, leaveHost),
        )
        .finally(() => underWay.delete(file.id))
      underWay.set(file.id, moving)
      return moving
    },
    async close() {
      work.abort.abort()
      await Promise.allSettled(underWay.values())
    },
  }
}

/** All at once; where a claim was in the way, one after the other, so that only that one is told. */
async function noteAll(ledger: FileLedger, records: readonly FileRecord[]): Promise<boolean[]> {
  if (await ledger.note(records)) return records.map(() => true)
  const results: boolean[] = []
  for (const record of records) results.push(await ledger.note([record]))
  return results
}

interface Moving {
  readonly file: MovableFile
  readonly known: FileRecord | undefined
  readonly host: string
  /** Its name, where that is known before the file is. */
  readonly kept: string | null
}

async function moveOne(w: Work, moving: Moving, leaveHost: () => void): Promise<FileRecord> {
  const { file, known, host } = moving
  const { destination } = w
  const path = async () => join(await destination.temporary(), `file-${w.count++}`)
  const spool = openSpool({ path, md5: destination.md5 })
  try {
    const unless = w.refresh && known?.state === 'done' ? { etag: known.etag, modified: known.modified } : null
    const { fetched, attempts } = await fetchFile(
      {
        source: w.source,
        url: file.url,
        path: file.kind === 'inline' ? null : pathBelow(file.url, w.store.addressing),
        unless,
        limits: w.store.limits,
        types: w.store.types,
        signal: w.abort.signal,
        pause: (ms) => w.gate.pause(host, performance.now() + ms),
        progress: (bytes) => w.progress?.(bytes),
      },
      spool,
    )
    leaveHost()
    const base = { ...blank(w.store.name, file), attempts: (known?.attempts ?? 0) + attempts }
    // Given up with all the rest: that says nothing of the file.
    if (w.abort.signal.aborted) return { ...base, state: 'pending' }
    return await settle(w, moving, base, fetched)
  } finally {
    await discard(spool)
  }
}

const discard = (spool: Spool) => spool.discard().catch(() => {})

function blank(store: string, { id, source }: MovableFile): Omit<FileRecord, 'attempts' | 'state'> {
  const none = { key: null, address: null, bytes: null, sha256: null, type: null, etag: null, modified: null }
  return { store, id, source, ...none, error: null, claim: null, noted: '' }
}

type Base = Omit<FileRecord, 'state'>

const now = () => new Date().toISOString()

async function settle(w: Work, { file, known, kept }: Moving, base: Base, fetched: Fetched): Promise<FileRecord> {
  if (fetched.kind === 'content') return store(w, file, kept, base, fetched)
  // A version that is done stays done when it could not be asked for again.
  const keep = known?.state === 'done' && (fetched.kind === 'unchanged' || fetched.state === 'failed')
  const record: FileRecord = keep
    ? { ...known, attempts: base.attempts, noted: now(), error: fetched.kind === 'not' ? fetched.why : null }
    : fetched.kind === 'not'
      ? { ...base, state: fetched.state, error: fetched.why, noted: now() }
      : { ...base, state: 'failed', error: 'answered as unchanged though it was never here', noted: now() }
  await w.note(record)
  return record
}

type FetchedContent = Extract<Fetched, { kind: 'content' }>

async function store(
  w: Work,
  file: MovableFile,
  kept: string | null,
  base: Base,
  { file: content, type, etag, modified }: FetchedContent,
): Promise<FileRecord> {
  const { bytes, sha256 } = content
  const { source, url } = file
  const wanted = kept ?? keyFor(w.store, namedFile(w.store.addressing, { source, url, sha256, bytes, type }))
  for (let tries = 0; tries < NAME_TRIES; tries++) {
    const claim = await nameFor(w, file.id, sha256, wanted)
    try {
      if (!w.stored.has(claim.key)) await w.destination.put(claim.key, content, type)
      if (w.store.naming === 'hash' && w.stored.size < MOST_REMEMBERED) w.stored.add(claim.key)
      const record: FileRecord = { ...base, ...claim, state: 'done', bytes, sha256, type, etag, modified, noted: now() }
      if (await w.note(record)) return record
    } finally {
      w.claims.release(claim.claim)
    }
  }
  const record: FileRecord = { ...base, state: 'failed', error: `no free name near ${wanted}`, noted: now() }
  await w.note(record)
  return record
}

/** Equal content may share an object where the content makes the name. */
async function nameFor(w: Work, id: string, sha256: string, wanted: string): Promise<Claim> {
  return w.store.naming === 'hash' ? { key: wanted, claim: null } : w.claims.take({ id, sha256, wanted })
}
