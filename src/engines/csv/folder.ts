/** The files of a CSV folder: one a table, `name.csv`; one that is being written is called `name.csv.part`. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeHome } from '../../disk/make-folder.ts'

const PART = '.part'
const ENDING = /\.(csv|tsv)$/i

/** Characters that some file system refuses, %, and what would hide a file or end its name. */
const UNSAFE = /[%/\\:*?"<>|\p{Cc}]|^\.|[. ]$/gu

/** The file name of a table: names stay readable, what a file system could refuse is percent-encoded. */
export function fileName(table: string): string {
  const safe = table.replace(UNSAFE, (c) =>
    [...Buffer.from(c)].map((b) => `%${b.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  )
  return `${safe}.csv`
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

/** A folder that may not be there yet. */
export function openFolder(path: string): Folder {
  const inside = (name: string) => join(path, name)
  const partOf = (file: string) => inside(file + PART)
  const files = (unfinished: boolean): string[] => {
    if (!existsSync(path)) return []
    const names = readdirSync(path)
    const parts = unfinished ? names.filter((n) => n.endsWith(PART)).map((n) => n.slice(0, -PART.length)) : []
    const own = [...names, ...parts].filter((n) => ENDING.test(n) && !n.startsWith('.'))
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
    fileOf: (table) => files(true).find((file) => tableName(file) === table) ?? fileName(table),
    current: (file) => (existsSync(partOf(file)) ? partOf(file) : inside(file)),
    partOf,
    isPart: (file) => existsSync(partOf(file)),
  }
}
