/**
 * Complete lists of rows that differ. While tables are compared, side by side, each has its rows in a temporary file of its own;
 * at the end they are put together in the order of the tables. Memory does not grow with the rows.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { DriftList } from '../core/options.ts'
import type { DriftEntry } from '../core/report.ts'
import { linesOf } from '../disk/lines.ts'
import { namelessHandle } from '../disk/nameless-file.ts'
import type { DriftListener } from '../verify/collect.ts'
import { driftForm } from './drift-forms.ts'

/** Characters that wait before they are written. */
const WAITING = 64 * 1024

/** Rows of many tables, kept until all have been compared. */
export interface DriftSpool extends AsyncDisposable {
  /** Keeps the rows of one table. */
  listener(table: string): DriftListener
  /** What was kept of one table. */
  entries(table: string): AsyncIterable<DriftEntry>
  /** Writes what was kept. Throws FILE_UNREADABLE. */
  save(o: SaveOptions): Promise<void>
}

interface SaveOptions {
  readonly list: DriftList
  readonly title: string
  /** Names in the order of the list. */
  readonly tables: readonly string[]
  /** Takes the text where no file is named. */
  readonly write?: (text: string) => void
}

interface Kept {
  readonly file: FileHandle
  lines: string[]
  size: number
}

/** An empty spool; the temporary files are gone when it is disposed, or with the process. */
export function driftSpool(): DriftSpool {
  const kept = new Map<string, Promise<Kept>>()
  const flush = async (k: Kept) => {
    const text = k.lines.join('')
    k.lines = []
    k.size = 0
    if (text !== '') await k.file.write(text)
  }
  // Lanes ask side by side: what is opened is known before it is open.
  const keptOf = (table: string): Promise<Kept> => {
    const known = kept.get(table)
    if (known !== undefined) return known
    const made = namelessHandle('rows that differ').then((file): Kept => ({ file, lines: [], size: 0 }))
    kept.set(table, made)
    return made
  }
  async function* entries(table: string): AsyncGenerator<DriftEntry> {
    const k = await kept.get(table)
    if (k === undefined) return
    await flush(k)
    for await (const line of linesOf(k.file.createReadStream({ start: 0, autoClose: false })))
      yield JSON.parse(line) as DriftEntry
  }
  return {
    listener: (table) => ({
      async row(entry) {
        const k = await keptOf(table)
        const line = `${JSON.stringify(entry)}\n`
        k.lines.push(line)
        k.size += line.length
        if (k.size > WAITING) await flush(k)
      },
      async restart() {
        const k = await keptOf(table)
        k.lines = []
        k.size = 0
        await k.file.truncate(0)
      },
    }),
    entries,
    save: (o) => write(o, entries),
    async [Symbol.asyncDispose]() {
      for (const k of kept.values()) await k.then(({ file }) => file.close()).catch(() => {})
    },
  }
}

async function write(o: SaveOptions, rows: DriftSpool['entries']): Promise<void> {
  const out = o.list.file === null ? plainOut(o.write) : await fileOut(o.list.file)
  const form = driftForm(o.list.format)
  try {
    await out.write(form.begin(o.title))
    for (const table of o.tables) {
      for await (const entry of rows(table)) await out.write(form.row(table, entry))
    }
    await out.write(form.end())
  } finally {
    await out.close()
  }
}

interface Out {
  write(text: string): Promise<void>
  close(): Promise<void>
}

function plainOut(to: SaveOptions['write']): Out {
  return {
    async write(text) {
      if (text !== '') to?.(text)
    },
    async close() {},
  }
}

async function fileOut(path: string): Promise<Out> {
  const refuse = (error: unknown): never => {
    throw new NaruError('FILE_UNREADABLE', `the list could not be written to ${path}`, {
      why: (error as Error).message,
      cause: error,
    })
  }
  const file = await open(resolve(path), 'w').catch(refuse)
  let waiting = ''
  const flush = async () => {
    const text = waiting
    waiting = ''
    if (text !== '') await file.write(text).catch(refuse)
  }
  return {
    async write(text) {
      waiting += text
      if (waiting.length > WAITING) await flush()
    },
    async close() {
      await flush().finally(() => file.close())
    },
  }
}
