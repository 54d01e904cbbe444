/**
 * naru-ledger.ndjson: the ledger of a CSV folder, one JSON object a line, only ever appended to. A chunk's line is written and synced
 * after its rows: it holds the length that the data file then has, so a line that is there means that the rows are too, and whatever
 * lies beyond that length is cut off before anything is added. A line that a kill tore in two is no line.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, statSync } from 'node:fs'
import { parseKey, parseRange, serializeKey, serializeRange } from '../../core/key.ts'
import type { Mark, RejectRecord, RunRecord, UnitRecord } from '../../core/ledger.ts'
import { guarded, replaceText, writeAll } from './files.ts'
import type { Folder } from './folder.ts'
import { inTurn } from './turn.ts'

/** Name of the file in its folder. */
export const LEDGER = 'naru-ledger.ndjson'

type RunChange = Partial<Pick<RunRecord, 'state' | 'finished' | 'summary'>>

type StoredMark = Omit<Mark, 'after'> & { readonly after: string }
type StoredUnit = Omit<UnitRecord, 'range'> & { readonly range: string }

/** One line. */
type Line =
  | { readonly run: RunRecord }
  | { readonly update: { readonly run: string; readonly change: RunChange } }
  | { readonly units: readonly StoredUnit[] }
  | {
      readonly mark: StoredMark
      readonly rejects: readonly RejectRecord[]
      readonly file: string
      readonly length: number
    }
  | { readonly step: { readonly run: string; readonly step: string } }
  | { readonly forget: { readonly run: string; readonly table?: string } }
  /** The valid length of a data file from here on; null: the file is gone or finished. */
  | { readonly file: string; readonly length: number | null }

/** What the lines come to. */
interface State {
  readonly runs: Map<string, RunRecord>
  units: UnitRecord[]
  marks: { readonly mark: Mark; readonly rejects: readonly RejectRecord[] }[]
  readonly steps: Map<string, Set<string>>
  readonly lengths: Map<string, number>
}

function emptyState(): State {
  return { runs: new Map(), units: [], marks: [], steps: new Map(), lengths: new Map() }
}

/** A mark as its line keeps it. */
export function storedMark(mark: Mark): StoredMark {
  return { ...mark, after: serializeKey(mark.after) }
}

/** Units as their line keeps them. */
export function storedUnits(units: readonly UnitRecord[]): StoredUnit[] {
  return units.map((u) => ({ ...u, range: serializeRange(u.range) }))
}

function apply(state: State, line: Line): void {
  if ('run' in line) state.runs.set(line.run.id, line.run)
  else if ('update' in line) {
    const known = state.runs.get(line.update.run)
    if (known !== undefined) state.runs.set(known.id, { ...known, ...line.update.change })
  } else if ('units' in line) state.units.push(...line.units.map((u) => ({ ...u, range: parseRange(u.range) })))
  else if ('mark' in line) {
    // Lines of earlier versions know neither filtered nor merged rows.
    state.marks.push({
      mark: { ...{ filtered: 0, merged: 0 }, ...line.mark, after: parseKey(line.mark.after) },
      rejects: line.rejects,
    })
    state.lengths.set(line.file, line.length)
  } else if ('step' in line) {
    const steps = state.steps.get(line.step.run) ?? new Set()
    state.steps.set(line.step.run, steps.add(line.step.step))
  } else if ('forget' in line) forget(state, line.forget.run, line.forget.table)
  else if (line.length === null) state.lengths.delete(line.file)
  else state.lengths.set(line.file, line.length)
}

function forget(state: State, run: string, table: string | undefined): void {
  const gone = new Set(
    state.units.filter((u) => u.run === run && (table === undefined || u.table === table)).map((u) => u.unit),
  )
  state.units = state.units.filter((u) => u.run !== run || !gone.has(u.unit))
  state.marks = state.marks.filter((m) => m.mark.run !== run || !gone.has(m.mark.unit))
  if (table === undefined) state.steps.delete(run)
}

export interface LedgerFile {
  /** The state now, other writers' lines included. */
  read(): State
  /** Adds a line, durably. */
  append(line: Line): void
  /** Writes the file anew with what still counts. */
  compact(): void
  exists(): boolean
}

/** The ledger of a folder; nothing is made before the first line. */
export function openLedgerFile(folder: Folder): LedgerFile {
  const path = folder.inside(LEDGER)
  let state = emptyState()
  let seen = 0
  let inode = -1
  const read = (): State => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || stat.ino !== inode || stat.size < seen) {
      state = emptyState()
      seen = 0
      inode = stat?.ino ?? -1
    }
    if (stat !== undefined && stat.size > seen) seen += readLines(path, seen, (line) => apply(state, line))
    return state
  }
  return {
    read: () => guarded(`cannot read ${path}`, read),
    exists: () => existsSync(path),
    append: (line) => inTurn(() => guarded(`cannot write ${path}`, () => appendLine(folder, path, line))),
    compact() {
      inTurn(() => {
        const text = lines(read()).map((line) => `${JSON.stringify(line)}\n`)
        replaceText(path, text.join(''))
      })
    },
  }
}

/** The lines of a state, marks without the lengths that are told apart. */
function lines(state: State): Line[] {
  const lengths = [...state.lengths].map(([file, length]): Line => ({ file, length }))
  return [
    ...[...state.runs.values()].map((run): Line => ({ run })),
    ...(state.units.length > 0 ? [{ units: storedUnits(state.units) }] : []),
    ...state.marks.map(({ mark, rejects }): Line => ({ mark: storedMark(mark), rejects, file: '', length: 0 })),
    ...[...state.steps].flatMap(([run, steps]) => [...steps].map((step): Line => ({ step: { run, step } }))),
    { file: '', length: null },
    ...lengths,
  ]
}

/** Reads whole lines from an offset; returns the bytes they take. */
function readLines(path: string, from: number, each: (line: Line) => void): number {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(fstatSync(fd).size - from)
    let got = 0
    while (got < bytes.length) {
      const n = readSync(fd, bytes, got, bytes.length - got, from + got)
      if (n === 0) break
      got += n
    }
    const end = bytes.lastIndexOf(10, got - 1) + 1
    for (const text of bytes.toString('utf8', 0, end).split('\n')) {
      const line = text === '' ? null : parsed(text)
      if (line !== null) each(line)
    }
    return end
  } finally {
    closeSync(fd)
  }
}

function parsed(text: string): Line | null {
  try {
    return JSON.parse(text) as Line
  } catch {
    return null // torn by a kill and closed off by the next line
  }
}

function appendLine(folder: Folder, path: string, line: Line): void {
  folder.make()
  const fd = openSync(path, 'a+')
  try {
    const { size } = fstatSync(fd)
    const last = Buffer.alloc(1)
    if (size > 0) readSync(fd, last, 0, 1, size - 1)
    if (size > 0 && last[0] !== 10) ftruncateSync(fd, endOfLines(fd, size))
    writeAll(fd, Buffer.from(`${JSON.stringify(line)}\n`, 'utf8'), null)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Length of the file without a torn last line. */
function endOfLines(fd: number, size: number): number {
  const bytes = Buffer.alloc(size)
  readSync(fd, bytes, 0, size, 0)
  return bytes.lastIndexOf(10) + 1
}
