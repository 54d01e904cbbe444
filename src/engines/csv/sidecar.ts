/**
 * What a folder knows of its tables: their structure as the files hold it, how each file is written, and the database that they come from.
 * While a folder is written it lies in naru-schema.json; once it is finished, in the manifest.
 */
import { rmSync, statSync } from 'node:fs'
import { NaruError } from '../../core/error.ts'
import type { Origin } from '../../core/folder.ts'
import type { Schema, Table } from '../../core/schema.ts'
import { guarded, readText, replaceText } from './files.ts'
import type { Folder } from './folder.ts'
import type { Form } from './form.ts'

/** Name of the file in its folder. */
export const SIDECAR = 'naru-schema.json'
/** Name of the manifest. */
export const MANIFEST = 'naru-manifest.json'

export interface Described {
  /** As the files hold them. */
  readonly tables: readonly Table[]
  /** By table; one that is not named is plain CSV. */
  readonly forms: Readonly<Record<string, Form>>
  /** What the copies into the folder said of where its rows come from, the last one last. */
  readonly origins: readonly Origin[]
}

interface Stored {
  readonly format: 1
  readonly schema: Pick<Schema, 'tables'>
  readonly forms?: Described['forms']
  readonly origins?: Described['origins']
}

const NOTHING: Described = { tables: [], forms: {}, origins: [] }

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

/** What was read last of a file, and of which state of it: the files are asked for again and again. */
const known = new Map<string, { readonly state: string; readonly described: Described }>()

/** The description in the folder; an empty one where there is none. Throws FILE_UNREADABLE for one that is broken. */
export function readDescription(folder: Folder): Described {
  for (const path of [folder.inside(SIDECAR), folder.inside(MANIFEST)]) {
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
    if (stat === undefined) continue
    const state = `${stat.ino} ${stat.size} ${stat.mtimeNs}`
    const found = known.get(path)
    if (found?.state === state) return found.described
    const described = parsed(path, readText(path))
    known.set(path, { state, described })
    return described
  }
  return NOTHING
}

function parsed(path: string, text: string | null): Described {
  if (text === null) return NOTHING
  try {
    const stored = unpack<Stored>(text)
    if (stored.format !== 1) throw new Error(`format ${String(stored.format)} is not known to this version`)
    return { tables: stored.schema.tables, forms: stored.forms ?? {}, origins: stored.origins ?? [] }
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `${path} is no schema of naru`, {
      why: (error as Error).message,
      hint: 'Mend or remove the file: without it types are taken from the values.',
      cause: error,
    })
  }
}

/** The part of a description's file that holds the description. */
export function storedDescription(d: Described): Omit<Stored, 'format'> {
  return { schema: { tables: d.tables }, forms: d.forms, origins: d.origins }
}

/** Changes what the folder knows of its tables. A finished folder is being written again from then on: its manifest goes. */
export function changeDescription(folder: Folder, change: (d: Described) => Described): void {
  const described = change(readDescription(folder))
  folder.make()
  replaceText(folder.inside(SIDECAR), `${pack({ format: 1, ...storedDescription(described) }, 2)}\n`)
  guarded('cannot remove the manifest', () => rmSync(folder.inside(MANIFEST), { force: true }))
}

/** A finished folder is about to be changed. */
export function unseal(folder: Folder): void {
  if (statSync(folder.inside(MANIFEST), { throwIfNoEntry: false }) !== undefined) changeDescription(folder, (d) => d)
}
