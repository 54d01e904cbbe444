/** `naru files verify`: are the objects of the ledger really there, and are they what they were. */
import { createHash } from 'node:crypto'
import type { Address } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { FileRecord } from '../../core/file-ledger.ts'
import { pathBelow, shownAddress, urlOf } from '../../files/address.ts'
import type { Destination } from '../../files/destination.ts'
import { openGate } from '../../files/gate.ts'
import { openSource } from '../../files/open.ts'
import type { FileSource } from '../../files/source.ts'
import type { Store } from '../../files/store.ts'
import { records } from './pages.ts'
import { openLedger, withDestination } from './session.ts'

/** good: there, as noted. gone, size, content: the object is not there, or another. changed, missing: the source has another version, or none. */
export type FileVerdict = 'good' | 'gone' | 'size' | 'content' | 'changed' | 'missing' | 'unknown'

export interface FilesVerifyOptions {
  /** Objects are read and hashed, not only asked for. */
  readonly full?: boolean
  /** Sources are asked whether they still have the same version. */
  readonly refetch?: boolean
}

export interface FilesVerifyReport {
  readonly store: string
  readonly verdicts: Readonly<Partial<Record<FileVerdict, number>>>
  /** The first few that are not good. */
  readonly samples: readonly {
    readonly source: string
    readonly key: string | null
    readonly verdict: FileVerdict
    readonly why: string
  }[]
  readonly exit: 0 | 1
}

interface Found {
  readonly verdict: FileVerdict
  readonly why: string
}

const MOST_SAMPLES = 20
const GOOD: Found = { verdict: 'good', why: '' }

/** Checks every file of the store that is done. Changes nothing. Throws STORE_FAILED. */
export async function verifyFiles(
  address: Address,
  store: Store,
  o: FilesVerifyOptions,
  reporter: Reporter,
): Promise<FilesVerifyReport> {
  await using session = await openLedger(address, { writes: false })
  const verdicts: Partial<Record<FileVerdict, number>> = {}
  const samples: FilesVerifyReport['samples'][number][] = []
  const gate = openGate(store.limits)
  const source = openSource(store)
  reporter.report({ type: 'phase', phase: 'verify files', state: 'begin' })
  try {
    await withDestination(store, async (destination) => {
      for await (const page of records(session.ledger, store.name, ['done'])) {
        const check = (r: FileRecord) => gate.run('destination', () => verifyOne(r, store, o, destination, source))
        const found = await Promise.all(page.map(check))
        for (const [i, { verdict, why }] of found.entries()) {
          verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
          const { source, key } = page[i]
          if (verdict !== 'good' && samples.length < MOST_SAMPLES)
            samples.push({ source: shownAddress(source), key, verdict, why })
        }
      }
    })
  } finally {
    await source.close()
  }
  const bad = (['gone', 'size', 'content', 'changed', 'missing'] as const).some((v) => (verdicts[v] ?? 0) > 0)
  return { store: store.name, verdicts, samples, exit: bad ? 1 : 0 }
}

async function verifyOne(
  record: FileRecord,
  store: Store,
  o: FilesVerifyOptions,
  destination: Destination,
  source: FileSource,
): Promise<Found> {
  const here = await verifyObject(record, o, destination)
  return here.verdict === 'good' && o.refetch ? verifySource(record, store, source) : here
}

async function verifyObject(r: FileRecord, o: FilesVerifyOptions, destination: Destination): Promise<Found> {
  if (r.key === null) return { verdict: 'unknown', why: 'imported with an address that is none of this store' }
  const object = await destination.head(r.key)
  if (object === null) return { verdict: 'gone', why: 'no such object at the destination' }
  if (r.bytes !== null && object.bytes !== r.bytes) {
    return { verdict: 'size', why: `${object.bytes} bytes at the destination, ${r.bytes} in the ledger` }
  }
  if (!o.full || r.sha256 === null) return GOOD
  const have = await digest(await destination.read(r.key))
  return have === r.sha256
    ? GOOD
    : { verdict: 'content', why: `SHA-256 ${have} at the destination, ${r.sha256} in the ledger` }
}

async function digest(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}

async function verifySource(r: FileRecord, store: Store, source: FileSource): Promise<Found> {
  if (r.source.startsWith('naru-inline:') || r.sha256 === null) return GOOD
  const url = urlOf(r.source)
  const unless = { etag: r.etag, modified: r.modified }
  const signal = new AbortController().signal
  try {
    const answer = await source.open({ url, path: pathBelow(url, store.addressing), from: null, unless, signal })
    if (answer.kind === 'unchanged') return GOOD
    if (answer.kind === 'missing') return { verdict: 'missing', why: `${answer.why} at the source` }
    if (answer.kind !== 'content') return { verdict: 'unknown', why: answer.why }
    // Servers without ETag and date send it all again: then the content itself tells.
    const same = (await digest(answer.body)) === r.sha256
    return same ? GOOD : { verdict: 'changed', why: 'the source has another version' }
  } catch (error) {
    return { verdict: 'unknown', why: (error as Error).message }
  }
}
