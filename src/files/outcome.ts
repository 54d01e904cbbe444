/** What becomes of an address: from what the ledger knows and the store's policies. Pure. */
import type { FileRecord, FileState } from '../core/file-ledger.ts'
import { type FileAddress, newAddress, shownAddress } from './address.ts'
import type { Addressing, FilePolicy, Settled } from './store.ts'

type FileAction =
  /** The row gets this address. */
  | { readonly kind: 'new'; readonly address: string }
  | { readonly kind: 'null' }
  /** The row keeps what it has. */
  | { readonly kind: 'keep' }
  /** The row is refused. */
  | { readonly kind: 'reject'; readonly reason: string }

export interface FileOutcome {
  /** As it was asked for. */
  readonly address: string
  /** none: there was no address. outside: it leads elsewhere. invalid: it cannot be understood. */
  readonly state: FileState | 'none' | 'outside' | 'invalid'
  readonly action: FileAction
  /** Why it has no file; null where it has, or needs none. */
  readonly why: string | null
}

const SETTLED: ReadonlySet<string> = new Set<Settled>(['missing', 'empty', 'wrong-type', 'too-large'])

function byPolicy(policy: FilePolicy, reason: string): FileAction {
  if (policy === 'fail') return { kind: 'reject', reason }
  if (policy === 'null') return { kind: 'null' }
  if (policy === 'keep') return { kind: 'keep' }
  return { kind: 'new', address: policy.placeholder }
}

const WORDS: Readonly<Record<Exclude<FileState, 'done'>, string>> = {
  pending: 'the file was not fetched yet',
  missing: 'the file is missing',
  empty: 'the file is empty',
  'wrong-type': 'the file is of a type that may not be moved',
  'too-large': 'the file is too large',
  refused: 'the file may not be fetched',
  failed: 'the file could not be moved',
}

/** The outcome for an address; `record`: what the ledger has of its file. */
export function outcomeOf(
  address: string,
  read: FileAddress,
  record: FileRecord | undefined,
  a: Addressing,
): FileOutcome {
  if (read.kind === 'none') return { address, state: 'none', action: { kind: 'keep' }, why: null }
  if (read.kind !== 'file' && read.kind !== 'inline') {
    const policy = a.outside === 'move' ? 'fail' : a.outside
    return { address, state: read.kind, action: byPolicy(policy, `${printed(address)}: ${read.why}`), why: read.why }
  }
  const state = record?.state ?? 'pending'
  if (state === 'done' && record !== undefined) {
    const next = record.address ?? newAddress(record.key ?? '', read.fragment, a.address)
    return { address, state, action: { kind: 'new', address: next }, why: null }
  }
  const why = [WORDS[state === 'done' ? 'pending' : state], ...(record?.error == null ? [] : [record.error])].join(': ')
  const reason = `${printed(read.source)}: ${why}`
  const action = SETTLED.has(state) ? byPolicy(a.policies[state as Settled], reason) : byPolicy('fail', reason)
  return { address, state, action, why }
}

const printed = (address: string) => {
  const text = shownAddress(address)
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
