/**
 * Rows into a table's file. The lines of a chunk are made beside those of other lanes; its commit is one lane's turn: they are appended to
 * `name.csv.part` and synced, then the mark is added to the ledger with the length that the file has now. The mark's line is the commit: whatever
 * lies beyond the last such length is cut off before more is written.
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
import { type ChunkText, chunkText } from './chunk-text.ts'
import { fileError, guarded, syncFolder, writeAll } from './files.ts'
import { isPacked } from './folder.ts'
import { jsonRowWriter } from './json-writer.ts'
import { storedMark } from './ledger-file.ts'
import { rowWriter } from './row-writer.ts'
import { unseal } from './sidecar.ts'
import { openTableFile, type Place, type TableFile } from './table-file.ts'
import type { RowWriter } from './tuples.ts'
import { inTurn } from './turn.ts'

interface OpenFile {
  readonly fd: number
  readonly writer: RowWriter
  /** Length of the file where the ledger tells none. */
  readonly begun: number
}

interface Pending {
  readonly mark: Mark
  readonly rejects: readonly RejectRecord[]
}

/** The sink of a table. */
export function openSink(place: Place, table: Table, columns: readonly WireColumn[]): RowSink {
  const { folder } = place
  const file = folder.fileOf(table.name.name)
  let open: OpenFile | null = null
  let pending: Pending | null = null
  const text = chunkText(folder)
  const w = new ByteWriter(1 << 16)
  const opened = (): OpenFile => {
    if (open === null) throw new NaruError('INTERNAL', 'rows came before begin')
    return open
  }
  const rollback = async () => {
    pending = null
    text.cut(0)
  }
  return {
    atomic: true,
    async begin() {
      open ??= await openPart(place, table, file, columns)
      await rollback()
    },
    async rows(bytes, rows, o) {
      const before = text.length
      w.at = 0
      opened().writer.rows(w, bytes, rows)
      const lines = w.bytes.subarray(0, w.at)
      try {
        for (const part of isPacked(file) ? await packedParts(lines) : [lines]) text.add(part)
      } catch (error) {
        if (o.savepoint) text.cut(before)
        throw fileError(error, `cannot write ${file}`)
      }
    },
    async mark(mark, rejects) {
      inTurn(() => checkOrder(place, mark))
      pending = { mark, rejects }
    },
    async commit() {
      const f = opened()
      inTurn(() => guarded(`cannot write ${file}`, () => append(place, file, f, text, pending)))
      await rollback()
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
      text.close()
      if (open !== null) closeSync(open.fd)
      open = null
    },
  }
}

/** Lines, then the ledger's line that makes them count. What was written of lines that then fail is cut off. */
function append(place: Place, file: string, f: OpenFile, text: ChunkText, pending: Pending | null): void {
  const { ledger } = place
  const committed = ledger.read().lengths.get(file) ?? f.begun
  if (pending !== null) checkOrder(place, pending.mark)
  try {
    ftruncateSync(f.fd, committed)
    text.copyTo(f.fd, committed)
    fsyncSync(f.fd)
  } catch (error) {
    ftruncateSync(f.fd, committed)
    throw error
  }
  const length = committed + text.length
  if (pending === null) ledger.append({ file, length })
  else ledger.append({ mark: storedMark(pending.mark), rejects: pending.rejects, file, length })
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
  const there = await openTableFile(place, table.name.name).catch((error: unknown) => {
    // Another lane may have opened the finished file meanwhile, which gives it another name.
    if (!folder.isPart(file)) throw error
    return openTableFile(place, table.name.name)
  })
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
  const start = () => {
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
    return { fd, writer, begun: committed }
  }
  return inTurn(() => guarded(`cannot write ${file}`, start))
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
  const finish = () => {
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
  }
  inTurn(() => guarded(`cannot finish ${file}`, finish))
}
