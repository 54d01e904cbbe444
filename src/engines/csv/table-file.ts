/** One table's file as it is to be read: which bytes of it count, and where its rows begin. */
import { statSync } from 'node:fs'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Table } from '../../core/schema.ts'
import { guarded } from './files.ts'
import type { Folder } from './folder.ts'
import type { LedgerFile } from './ledger-file.ts'
import { type Header, openRecords, type RecordFile, readHeader } from './record-file.ts'
import { readSidecar } from './sidecar.ts'

const COMMA = 0x2c
const TAB = 0x09

/** What the parts of the engine share. */
export interface Place {
  readonly folder: Folder
  readonly ledger: LedgerFile
  readonly address: Address
  /** Unfinished files are looked at too: the folder is a target. */
  readonly unfinished: boolean
}

export interface TableFile {
  readonly path: string
  readonly header: Header
  /** Bytes that count. */
  readonly length: number
  /** Opens its records, the header left out. */
  records(from?: { readonly offset: number; readonly line: number }, to?: number | null): Promise<RecordFile>
}

/** The byte of the address's `?delimiter=`. */
function givenDelimiter(address: Address): number | undefined {
  const given = address.params.delimiter
  return given === undefined ? undefined : given === 'tab' ? TAB : given.charCodeAt(0)
}

/** Bytes of a file that count: of one that is being written those that a mark stands for. */
function validLength(place: Place, file: string): number {
  const path = place.unfinished ? place.folder.current(file) : place.folder.inside(file)
  const { size } = guarded(`cannot read ${path}`, () => statSync(path))
  if (!place.unfinished || !place.folder.isPart(file)) return size
  return Math.min(size, place.ledger.read().lengths.get(file) ?? size)
}

/** Files that naru described are parted by commas; of others the first lines tell. */
async function headerOf(
  place: Place,
  f: { path: string; file: string; table: string; length: number },
): Promise<Header | null> {
  const described = readSidecar(place.folder).find((t) => t.name.name === f.table)
  if (described !== undefined) {
    const header = await readHeader(f.path, f.length, COMMA)
    if (header !== null && describes(described, header.columns)) return header
  }
  const ending = /\.tsv$/i.test(f.file) ? TAB : undefined
  return readHeader(f.path, f.length, givenDelimiter(place.address) ?? ending)
}

/** Whether a header names the columns that were described, in any order. */
export function describes(table: Table, columns: readonly string[]): boolean {
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
  const header = await headerOf(place, { path, file, table, length })
  if (header === null) return null
  return {
    path,
    header,
    length,
    records: (from, to) =>
      openRecords(path, {
        length: to ?? length,
        from: from ?? { offset: header.offset, line: header.line },
        delimiter: header.delimiter,
        columns: header.columns.length,
      }),
  }
}
