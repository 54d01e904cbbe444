/** The files of a folder: one a table, `name.csv` or `name.ndjson.gz`; one that is being written is called `name.csv.part`. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeHome } from '../../disk/make-folder.ts'
import type { Asked, Format } from './form.ts'

const PART = '.part'
/** Files of each format; any of them may be packed. */
const ENDINGS: Readonly<Record<Format, RegExp>> = {
  csv: /\.(csv|tsv)(\.gz)?$/i,
  ndjson: /\.(ndjson|jsonl)(\.gz)?$/i,
}
const ENDING = /\.(csv|tsv|ndjson|jsonl)(\.gz)?$/i
/** Its files are called so themselves. */
const OWN = /^naru-(?=ledger$)/

/** Characters that some file system refuses, %, and what would hide a file or end its name. */
const UNSAFE = /[%/\\:*?"<>|\p{Cc}]|^\.|[. ]$/gu

/** The file name of a table: names stay readable, what a file system could refuse is percent-encoded. */
export function fileName(table: string, o: Pick<Asked, 'format' | 'gzip'> = { format: 'csv', gzip: false }): string {
  const safe = table.replace(UNSAFE, (c) =>
    [...Buffer.from(c)].map((b) => `%${b.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  )
  return `${safe.replace(OWN, 'naru%2D')}.${o.format}${o.gzip ? '.gz' : ''}`
}

/** Whether a file is packed, by its name. */
export function isPacked(file: string): boolean {
  return /\.gz$/i.test(file)
}

/** The table of a file name. */
export function tableName(file: string): string {
  const bare = file.replace(ENDING, '')
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}

export interface Folder {
  readonly path: string
  /** Whether the folder is there. */
  exists(): boolean
  make(): void
  inside(name: string): string
  /** Names of data files, unfinished ones included, each once, without `.part`. */
  files(unfinished: boolean): string[]
  /** The data file of a table: as it lies there, whatever its ending, else as it would be called. */
  fileOf(table: string): string
  /** Path of the file to read: the unfinished one where there is one. */
  current(file: string): string
  partOf(file: string): string
  isPart(file: string): boolean
}

/** A folder that may not be there yet, and the files of one format in it. */
export function openFolder(path: string, asked: Pick<Asked, 'format' | 'gzip'>): Folder {
  const inside = (name: string) => join(path, name)
  const partOf = (file: string) => inside(file + PART)
  const files = (unfinished: boolean): string[] => {
    if (!existsSync(path)) return []
    const names = readdirSync(path)
    const parts = unfinished ? names.filter((n) => n.endsWith(PART)).map((n) => n.slice(0, -PART.length)) : []
    const own = [...names, ...parts].filter(
      (n) => ENDINGS[asked.format].test(n) && !n.startsWith('.') && n !== 'naru-ledger.ndjson',
    )
    return [...new Set(own)]
      .filter((n) => statSync(inside(n), { throwIfNoEntry: false })?.isDirectory() !== true)
      .sort()
  }
  return {
    path,
    exists: () => existsSync(path),
    make: () => {
      makeHome(path)
    },
    inside,
    files,
    fileOf: (table) => files(true).find((file) => tableName(file) === table) ?? fileName(table, asked),
    current: (file) => (existsSync(partOf(file)) ? partOf(file) : inside(file)),
    partOf,
    isPart: (file) => existsSync(partOf(file)),
  }
}
