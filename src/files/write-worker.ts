/** A thread that stores whole files in a folder: many at once wait for the disk, and what takes no time is done without a thread of its own. */
import { closeSync, existsSync, fsync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { promisify } from 'node:util'
import { parentPort } from 'node:worker_threads'
import { makeFolder } from '../disk/make-folder.ts'
import { gather } from './gather.ts'

/** A file to be stored. */
export interface WriteOrder {
  readonly id: number
  readonly path: string
  /** Where it is until it is whole; a rename must not cross file systems. */
  readonly temporary: string
  /** Which of the bytes that come along; null where the temporary file has them already. */
  readonly part: { readonly from: number; readonly to: number } | null
}

export interface WriteOrders {
  readonly bytes: Uint8Array
  readonly orders: readonly WriteOrder[]
}

interface Failure {
  readonly message: string
  readonly code?: string
}

/** A file that is durable under its name, or why it is not. */
export interface Written {
  readonly id: number
  readonly failed: Failure | null
}

const MOST_RENAMED = 1024
/** Folders of which is remembered that they are there. */
const MOST_KNOWN = 10_000

const sync = promisify(fsync)
const known = new Set<string>()
let written: Written[] = []

parentPort?.on('message', ({ bytes, orders }: WriteOrders) => {
  for (const order of orders) void store(order, bytes).then((failed) => tell({ id: order.id, failed }))
})

async function store(order: WriteOrder, bytes: Uint8Array): Promise<Failure | null> {
  try {
    await fill(order, bytes)
    return await rename(order)
  } catch (error) {
    return failure(error)
  }
}

/** The temporary file, whole and synced. */
async function fill({ temporary, part }: WriteOrder, bytes: Uint8Array): Promise<void> {
  const file = openSync(temporary, part === null ? 'r+' : 'w')
  try {
    if (part !== null) writeAll(file, bytes.subarray(part.from, part.to))
    await sync(file)
  } finally {
    closeSync(file)
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/** Gives synced files their names. A name lasts when its folder is synced: once for all files that were renamed meanwhile. */
const rename = gather<WriteOrder, Failure | null>(MOST_RENAMED, async (orders) => {
  const changed = new Set<string>()
  const failures = orders.map((order) => place(order, changed))
  await Promise.all([...changed].map(syncFolder))
  return failures
})

function place(order: WriteOrder, changed: Set<string>): Failure | null {
  const folder = dirname(order.path)
  const trusted = known.has(folder)
  try {
    ensure(folder, changed)
    renameSync(order.temporary, order.path)
    changed.add(folder)
    return null
  } catch (error) {
    known.delete(folder)
    // Somebody may have removed it.
    return trusted ? place(order, changed) : failure(error)
  }
}

/** Makes a folder where it is missing; the one that it is in has changed then. */
function ensure(folder: string, changed: Set<string>): void {
  if (known.has(folder)) return
  if (!existsSync(folder)) {
    ensure(dirname(folder), changed)
    makeFolder(folder)
    changed.add(dirname(folder))
  }
  if (known.size >= MOST_KNOWN) known.clear()
  known.add(folder)
}

/** Windows cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (sep !== '/') return
  const file = openSync(folder, 'r')
  try {
    await sync(file)
  } finally {
    closeSync(file)
  }
}

const failure = (error: unknown): Failure => {
  const { message, code } = error as NodeJS.ErrnoException
  return { message, code }
}

function tell(one: Written): void {
  written.push(one)
  if (written.length > 1) return
  setImmediate(() => {
    parentPort?.postMessage(written)
    written = []
  })
}
