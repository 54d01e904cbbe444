/**
 * Rows into a table's file. A chunk is appended to `name.csv.part` and synced; then its mark is added to the ledger with the length
 * that the file has now. The mark's line is the commit: whatever lies beyond the last such length is cut off before more is written.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync } from 'node:fs'
import type { RowSink, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Mark, RejectRecord } from '../../core/ledger.ts'
import type { Table } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import { fileError, guarded, syncFolder, writeAll } from './files.ts'
import { storedMark } from './ledger-file.ts'
import { type RowWriter, rowWriter } from './row-writer.ts'
import { openTableFile, type Place } from './table-file.ts'

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
      try {
        writeAll(f.fd, w.bytes.subarray(0, w.at), f.length)
        f.length += w.at
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
    async [Symbol.asyncDispose]() {
      await rollback()
      if (open !== null) closeSync(open.fd)
      open = null
    },
  }
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
  const header = (await openTableFile(place, table.name.name))?.header
  if (header === undefined) {
    throw new NaruError('TABLE_MISSING', `the file of ${table.name.name} has no header`, {
      why: `${folder.current(file)} is empty`,
    })
  }
  const order = header.columns.map((name) => columns.findIndex((c) => c.name === name))
  const stranger = columns.find((c) => !header.columns.includes(c.name))
  if (stranger !== undefined) {
    throw new NaruError('COLUMN_MISSING', `${file} has no column ${stranger.name}`, {
      why: `its header is ${header.columns.join(', ')}`,
    })
  }
  return guarded(`cannot write ${file}`, () => {
    if (!folder.isPart(file)) {
      const size = endLine(folder.inside(file))
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
    return { fd, writer: rowWriter(wires, order, header.delimiter), committed, length: committed, pending: null }
  })
}

/** The length of a file of somebody else's, a missing line end at its end added. */
function endLine(path: string): number {
  const fd = openSync(path, 'r+')
  try {
    const { size } = fstatSync(fd)
    const last = Buffer.alloc(1)
    if (size > 0) readSync(fd, last, 0, 1, size - 1)
    if (size === 0 || last[0] === 0x0a) return size
    writeAll(fd, Buffer.from('\n'), size)
    return size + 1
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
