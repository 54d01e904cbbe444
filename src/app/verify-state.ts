/**
 * What a comparison keeps beside the configuration, or in the cache folder, so that `--continue` goes on where it was: how it was begun, and
 * per table the ranges, what they came to, and the rows that differ. Never in a database. Gone when the comparison has ended.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { EarlierSession, TableVerification } from '../core/report.ts'
import type { KeptCut, KeptPair, KeptPart, TableMemory } from '../verify/memory.ts'
import { parseCut, parsePairs, parsePart, serializeCut, serializePairs, serializePart } from './kept-text.ts'
import { type StateFile, stateFile } from './state-file.ts'
import { type Begun, begunWith, checkBegun, loadBegun, type Subject } from './verify-begun.ts'

/** Bytes of a state file at most: rows that differ beyond it are compared again. */
const MOST = 32 * 1024 * 1024

/** The memory of a comparison under way. */
export interface VerifyState extends Disposable {
  /** How rows are compared: as it was begun. */
  readonly by: 'stream' | 'digest'
  /** Whether every row is hashed: as it was begun. */
  readonly digests: boolean
  readonly earlier: readonly EarlierSession[]
  /** Undefined where nothing is kept. */
  table(label: string): TableMemory | undefined
  /** A table that an earlier process finished. */
  done(label: string): TableVerification | undefined
  keepDone(table: TableVerification): void
  /** Writes down where this process has its snapshots. */
  session(session: EarlierSession): void
  /** The comparison has ended: nothing is kept. */
  finish(): void
  [Symbol.dispose](): void
}

export interface StateOptions extends Subject {
  /** Folder of state files; null: nothing is kept. */
  readonly folder: string | null
  readonly warn: (message: string) => void
}

type Line =
  | { readonly t: string; readonly cut: Parameters<typeof parseCut>[0] }
  | { readonly t: string; readonly part: object }
  | { readonly t: string; readonly pairs: Parameters<typeof parsePairs>[0] }
  | { readonly t: string; readonly restart: true }
  | { readonly done: TableVerification }
  | { readonly session: EarlierSession }

interface Known {
  cut: KeptCut | null
  parts: KeptPart[]
  /** Rows of a part whose end has not come yet. */
  pairs: KeptPair[]
}

/**
 * Begins a state, or takes one up with `options.continue`. Throws USAGE where there is none to continue, OPTIONS_CHANGED, SCHEMA_CHANGED.
 */
export function openState(o: StateOptions): VerifyState {
  const path = o.folder === null ? null : join(o.folder, fileName(o))
  const begun = begunWith(o)
  const old = loadBegun(o.folder, path, begun, o.options.continue === true)
  if (o.options.continue) checkBegun(old.begun as Begun, begun)
  const lines = o.options.continue ? (old.lines as readonly Line[]) : []
  const failed = (why: string) => o.warn(`what is compared is not kept, so that --continue will begin anew: ${why}`)
  const file =
    path === null || old.busy ? null : stateFile({ path, append: o.options.continue === true, most: MOST, failed })
  if (old.busy) failed(old.busy)
  const { by, digests } = o.options.continue ? (old.begun as Begun) : begun
  if (!o.options.continue) file?.add(begun)
  return { by, digests, ...stateOf(file, lines) }
}

function fileName({ source, target, transfers }: StateOptions): string {
  const labels = [source.address.label, target.address.label, ...(transfers === undefined ? [] : [transfers])]
  return `verify-${createHash('sha256').update(labels.join('\n')).digest('hex').slice(0, 16)}.ndjson`
}

function stateOf(file: StateFile | null, lines: readonly Line[]): Omit<VerifyState, 'by' | 'digests'> {
  const { known, done, earlier } = recalled(lines)
  return {
    earlier,
    table(t) {
      if (file === null) return undefined
      const { cut, parts } = known.get(t) ?? { cut: null, parts: [] }
      return {
        cut,
        parts,
        keepCut: (cut) => void file.add({ t, cut: serializeCut(cut) }),
        keepPairs: (pairs) => file.add({ t, pairs: serializePairs(pairs) }),
        keep: (part) => file.add({ t, part: serializePart(part) }),
        restart: () => void file.add({ t, restart: true }),
      }
    },
    done: (label) => done.get(label),
    keepDone: (table) => void file?.add({ done: table }),
    session(session) {
      file?.add({ session })
    },
    finish: () => file?.remove(),
    [Symbol.dispose]: () => file?.close(),
  }
}

function recalled(lines: readonly Line[]) {
  const known = new Map<string, Known>()
  const done = new Map<string, TableVerification>()
  const earlier: EarlierSession[] = []
  const of = (t: string): Known => {
    const table = known.get(t) ?? { cut: null, parts: [], pairs: [] }
    known.set(t, table)
    return table
  }
  for (const line of lines) {
    if ('session' in line) {
      earlier.push(line.session)
      // What the process before had not come to the end of is compared again.
      for (const table of known.values()) table.pairs = []
    } else if ('done' in line) done.set(line.done.table, line.done)
    else if ('restart' in line) known.delete(line.t)
    else if ('cut' in line) of(line.t).cut = parseCut(line.cut)
    else if ('pairs' in line) of(line.t).pairs.push(...parsePairs(line.pairs))
    else takePart(of(line.t), parsePart(line.part))
  }
  return { known, done, earlier }
}

/** Rows that were written before their part belong to it. */
function takePart(table: Known, part: KeptPart): void {
  table.parts.push({ ...part, pairs: [...table.pairs, ...part.pairs] })
  table.pairs = []
}
