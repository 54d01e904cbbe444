/** naru-schema.json: the tables as they were written, so that reading the folder gives types, keys and indexes back. */

import { NaruError } from '../../core/error.ts'
import type { Schema, Table } from '../../core/schema.ts'
import { readText, replaceText } from './files.ts'
import type { Folder } from './folder.ts'

/** Name of the file in its folder. */
export const SIDECAR = 'naru-schema.json'

interface Stored {
  readonly format: 1
  readonly schema: Pick<Schema, 'engine' | 'flavor' | 'name' | 'tables' | 'others'>
}

function packed(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: value.toString() } : value
}

function unpacked(_: string, value: unknown): unknown {
  const big = (value as { $bigint?: string } | null)?.$bigint
  return big === undefined ? value : BigInt(big)
}

/** A value as JSON text, bigints kept. */
export function pack(value: unknown, indent?: number): string {
  return JSON.stringify(value, packed, indent)
}

/** The inverse of `pack`. */
export function unpack<T>(text: string): T {
  return JSON.parse(text, unpacked) as T
}

/** The tables that the folder's schema file describes; none where there is no such file. Throws FILE_UNREADABLE for one that is broken. */
export function readSidecar(folder: Folder): readonly Table[] {
  const path = folder.inside(SIDECAR)
  const text = readText(path)
  if (text === null) return []
  try {
    const stored = unpack<Stored>(text)
    if (stored.format !== 1) throw new Error(`format ${String(stored.format)} is not known to this version`)
    return stored.schema.tables
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `${path} is no schema of naru`, {
      why: (error as Error).message,
      hint: 'Mend or remove the file: without it types are taken from the values.',
      cause: error,
    })
  }
}

/** Changes the described tables. */
export function changeSidecar(folder: Folder, change: (tables: readonly Table[]) => readonly Table[]): void {
  const tables = change(readSidecar(folder))
  folder.make()
  const stored: Stored = { format: 1, schema: { engine: 'csv', flavor: 'csv', name: '', tables, others: [] } }
  replaceText(folder.inside(SIDECAR), `${pack(stored, 2)}\n`)
}
