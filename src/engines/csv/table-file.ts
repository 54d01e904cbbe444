/** One table's file as it is to be read: which bytes of it count, how it is written, and where its rows begin. */
import { statSync } from 'node:fs'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Table } from '../../core/schema.ts'
import { guarded } from './files.ts'
import { type Folder, isPacked } from './folder.ts'
import { type Asked, type Form, PLAIN } from './form.ts'
import type { LedgerFile } from './ledger-file.ts'
import {
  type FilePlace,
  type Header,
  type HeaderHints,
  openRecords,
  type RecordFile,
  readHeader,
} from './record-file.ts'
import { readDescription } from './sidecar.ts'

const TAB = 0x09

/** What the parts of the engine share. */
export interface Place {
  readonly folder: Folder
  readonly ledger: LedgerFile
  readonly address: Address
  readonly asked: Asked
  /** Unfinished files are looked at too: the folder is a target. */
  readonly unfinished: boolean
}

export interface TableFile {
  readonly path: string
  readonly header: Header
  /** Bytes of the file that count. */
  readonly length: number
  readonly place: FilePlace
  /** How it is written; of others' files as far as the address says. */
  readonly form: Form
  /** The description that fits it. */
  readonly described: Table | undefined
  /** Opens its records, the header left out. `to`: where to end, of a file whose bytes lie as they are. */
  records(from?: { readonly offset: number; readonly line: number }, to?: number | null): Promise<RecordFile>
}

/** Bytes of a file that count: of one that is being written those that a mark stands for. */
function validLength(place: Place, file: string): number {
  const path = place.unfinished ? place.folder.current(file) : place.folder.inside(file)
  const { size } = guarded(`cannot read ${path}`, () => statSync(path))
  if (!place.unfinished || !place.folder.isPart(file)) return size
  return Math.min(size, place.ledger.read().lengths.get(file) ?? size)
}

const byteOf = (character: string): number => character.charCodeAt(0)

interface Found {
  readonly header: Header | null
  readonly form: Form
  readonly described: Table | undefined
}

/** Files that naru described are written as it says; of others the address and the first lines tell. */
async function headerOf(place: Place, at: FilePlace, table: string): Promise<Found> {
  const { tables, forms } = readDescription(place.folder)
  const described = tables.find((t) => t.name.name === table)
  if (described !== undefined) {
    const form = forms[table] ?? PLAIN
    const columns = described.columns.map((c) => c.name)
    const hints = { delimiter: byteOf(form.delimiter), quote: byteOf(form.quote), header: form.header, columns }
    const header = await readHeader({ ...at, encoding: undefined }, hints)
    if (header !== null && describes(described, header.columns)) return { header, form, described }
  }
  const { delimiter, quote, header, spelling, null: nullText } = place.asked
  const ending = /\.tsv(\.gz)?(\.part)?$/i.test(at.path) ? TAB : undefined
  const hints: HeaderHints = {
    ...(delimiter !== undefined ? { delimiter: byteOf(delimiter) } : ending !== undefined && { delimiter: ending }),
    ...(quote !== undefined && { quote: byteOf(quote) }),
    ...(header !== undefined && { header }),
  }
  const found = await readHeader(at, hints)
  const form: Form = {
    ...PLAIN,
    ...(found !== null && found.delimiter > 0 && { delimiter: String.fromCharCode(found.delimiter) }),
    ...(quote !== undefined && { quote }),
    ...(header !== undefined && { header }),
    ...(spelling !== undefined && { spelling }),
    ...(nullText !== undefined && { null: nullText }),
  }
  return { header: found, form, described: undefined }
}

/** Whether a header names the columns that were described, in any order. */
function describes(table: Table, columns: readonly string[]): boolean {
  const names = new Set(columns)
  return names.size === table.columns.length && table.columns.every((c) => names.has(c.name))
}

/** Opens the file of a table; null where it is empty or has no header. Throws TABLE_MISSING. */
export async function openTableFile(place: Place, table: string): Promise<TableFile | null> {
  const { folder } = place
  const file = folder.fileOf(table)
  if (!folder.files(place.unfinished).includes(file)) {
    throw new NaruError('TABLE_MISSING', `no file for the table ${table} in ${folder.path}`, {
      why: `${file} is not there`,
    })
  }
  const path = place.unfinished ? folder.current(file) : folder.inside(file)
  const length = validLength(place, file)
  const { format, encoding } = place.asked
  const at: FilePlace = { path, format, length, gzip: isPacked(file), ...(encoding !== undefined && { encoding }) }
  const { header, form, described } = await headerOf(place, at, table)
  if (header === null) return null
  return {
    path,
    header,
    length,
    place: at,
    form,
    described,
    records: (from, to) => openRecords({ ...at, length: to ?? length }, header, from),
  }
}
