/**
 * Rows into a table's file. A chunk is appended to `name.csv.part` and synced; then its mark is added to the ledger with the length
 * that the file has now. The mark's line is the commit: whatever lies beyond the last such length is cut off before more is written.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, renameSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'
import type { RowSink, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Mark, RejectRecord } from '../../core/ledger.ts'
import type { Table } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import { openBytes } from './bytes.ts'
import { fileError, guarded, syncFolder, writeAll } from './files.ts'
import { isPacked } from './folder.ts'
import { jsonRowWriter } from './json-writer.ts'
import { storedMark } from './ledger-file.ts'
import { rowWriter } from './row-writer.ts'
import { unseal } from './sidecar.ts'
import { openTableFile, type Place, type TableFile } from './table-file.ts'
import type { RowWriter } from './tuples.ts'

interface OpenFile {
  readonly fd: number
  readonly writer: RowWriter
  /** Length that the last mark stands for. */
  committed: number
  /** Length with what was written since. */
  length: number
  pending: { readonly mark: Mark; readonly rejects: readonly RejectRecord[] } | null
}

/** The sink of a table. */
export function openSink(place: Place, table: Table, columns: readonly WireColumn[]): RowSink {
  const { folder, ledger } = place
  const file = folder.fileOf(table.name.name)
  let open: OpenFile | null = null
  let inTransaction = false
  const w = new ByteWriter(1 << 16)
  const opened = (): OpenFile => {
    if (open === null) throw new NaruError('INTERNAL', 'rows came before begin')
    return open
  }
  const rollback = async () => {
    if (open === null || !inTransaction) return
    inTransaction = false
    open.pending = null
    cut(open, open.committed)
  }
  return {
    atomic: true,
    async begin() {
      open ??= await openPart(place, table, file, columns)
      open.committed = ledger.read().lengths.get(file) ?? open.committed
      cut(open, open.committed)
      inTransaction = true
    },
    async rows(bytes, rows, o) {
      const f = opened()
      const before = f.length
      w.at = 0
      f.writer.rows(w, bytes, rows)
      const text = w.bytes.subarray(0, w.at)
      try {
        for (const part of isPacked(file) ? await packedParts(text) : [text]) {
          writeAll(f.fd, part, f.length)
          f.length += part.length
        }
      } catch (error) {
        if (o.savepoint) cut(f, before)
        throw fileError(error, `cannot write ${file}`)
      }
    },
    async mark(mark, rejects) {
      checkOrder(place, mark)
      opened().pending = { mark, rejects }
    },
    async commit() {
      const f = opened()
      guarded(`cannot write ${file}`, () => fsyncSync(f.fd))
      if (f.pending === null) ledger.append({ file, length: f.length })
      else {
        checkOrder(place, f.pending.mark)
        ledger.append({ mark: storedMark(f.pending.mark), rejects: f.pending.rejects, file, length: f.length })
      }
      f.pending = null
      f.committed = f.length
      inTransaction = false
    },
    rollback,
    async clear() {
      // Rows and mark are atomic: a unit that is continued has no row beyond its mark.
    },
    async empty() {
      throw new NaruError('UNSUPPORTED', `${file} cannot be changed in parts`, {
        hint: 'Copy into a new folder, or with --if-exists truncate.',
      })
    },
    async [Symbol.asyncDispose]() {
      await rollback()
      if (open !== null) closeSync(open.fd)
      open = null
    },
  }
}

/** Of zlib's levels: the fast end, for a copy waits for it; files become about a tenth larger than at the usual 6. */
const PACKING_LEVEL = 3

/** Bytes of text that become one member of gzip. */
const MEMBER = 512 * 1024
const pack = promisify(gzip)

/**
 * The text as members of gzip, which may stand one after the other: so a chunk can be cut off again, and threads pack parts of it at once.
 */
function packedParts(text: Buffer): Promise<Buffer[]> {
  const parts: Promise<Buffer>[] = []
  for (let at = 0; at < text.length; at += MEMBER)
    parts.push(pack(text.subarray(at, at + MEMBER), { level: PACKING_LEVEL }))
  return Promise.all(parts)
}

/** Makes the file as long as it was; what lies beyond was never committed. */
function cut(f: OpenFile, length: number): void {
  guarded('cannot take a chunk back', () => ftruncateSync(f.fd, length))
  f.length = length
}

function checkOrder(place: Place, mark: Mark): void {
  const marks = place.ledger.read().marks.filter((m) => m.mark.run === mark.run && m.mark.unit === mark.unit)
  const last = marks.reduce((most, m) => Math.max(most, m.mark.seq), 0)
  if (last === mark.seq - 1) return
  throw new NaruError(
    'MARK_OUT_OF_ORDER',
    `chunk ${mark.seq} of unit ${mark.unit} does not follow the last one, ${last}`,
    {
      state: 'the chunk was not written',
    },
  )
}

/** Opens the unfinished file; a finished one becomes unfinished again, its length noted first. */
async function openPart(place: Place, table: Table, file: string, columns: readonly WireColumn[]): Promise<OpenFile> {
  const { folder, ledger } = place
  const there = await openTableFile(place, table.name.name)
  if (there === null) {
    throw new NaruError('TABLE_MISSING', `the file of ${table.name.name} has no header`, {
      why: `${folder.current(file)} is empty`,
    })
  }
  const { header } = there
  const order = header.columns.map((name) => columns.findIndex((c) => c.name === name))
  const stranger = columns.find((c) => !header.columns.includes(c.name))
  if (stranger !== undefined) {
    throw new NaruError('COLUMN_MISSING', `${file} has no column ${stranger.name}`, {
      why: `its header is ${header.columns.join(', ')}`,
    })
  }
  const endsLine = folder.isPart(file) || (await endsWithLine(there))
  return guarded(`cannot write ${file}`, () => {
    if (!folder.isPart(file)) {
      unseal(folder)
      const size = endLine(folder.inside(file), endsLine)
      ledger.append({ file, length: size })
      renameSync(folder.inside(file), folder.partOf(file))
      syncFolder(folder.path)
    }
    const fd = openSync(folder.partOf(file), 'r+')
    const committed = ledger.read().lengths.get(file) ?? fstatSync(fd).size
    if (fstatSync(fd).size < committed) {
      closeSync(fd)
      throw new NaruError('FILE_UNREADABLE', `${folder.partOf(file)} is shorter than the ledger says`, {
        why: 'it was changed by somebody else',
        hint: 'Copy the table again: --redo, or --restart.',
      })
    }
    const wires = columns.map((c) => c.wire)
    const writer =
      place.asked.format === 'ndjson'
        ? jsonRowWriter(wires, order, header.columns)
        : rowWriter(wires, order, there.form)
    return { fd, writer, committed, length: committed, pending: null }
  })
}

/** Whether nothing or a line end is the last of a file's text. */
async function endsWithLine(file: TableFile): Promise<boolean> {
  await using source = await openBytes({ ...file.place, from: 0, encoding: undefined })
  const room = Buffer.allocUnsafe(1024 * 1024)
  let last = 10
  for (let n = await source.read(room); n > 0; n = await source.read(room)) last = room[n - 1]
  return last === 10
}

/** The length of a file of somebody else's, a missing line end at its end added. */
function endLine(path: string, ended: boolean): number {
  const fd = openSync(path, 'r+')
  try {
    const { size } = fstatSync(fd)
    if (ended) return size
    const end = Buffer.from('\n')
    const bytes = isPacked(path) ? gzipSync(end) : end
    writeAll(fd, bytes, size)
    return size + bytes.length
  } finally {
    closeSync(fd)
  }
}

/** An unfinished file gets its final name; nothing happens to one that has it. */
export function finishFile(place: Place, file: string): void {
  const { folder, ledger } = place
  if (!existsSync(folder.partOf(file))) return
  guarded(`cannot finish ${file}`, () => {
    const fd = openSync(folder.partOf(file), 'r+')
    try {
      const length = ledger.read().lengths.get(file)
      if (length !== undefined) ftruncateSync(fd, length)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(folder.partOf(file), folder.inside(file))
    syncFolder(folder.path)
    ledger.append({ file, length: null })
  })
}
