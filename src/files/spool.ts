/** Where a file is gathered before it goes to its destination: small ones in memory, others in a temporary file. Hashed on the way. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../disk/make-folder.ts'
import { SNIFFED } from './sniff.ts'

/** Files of at most so many bytes never touch the disk on their way. */
const IN_MEMORY = 256 * 1024

/** A whole file, to be stored. */
export interface Spooled {
  readonly bytes: number
  readonly sha256: string
  /** Base64, as S3 wants it; null where nobody does. */
  readonly md5: string | null
  /** Content where it is in memory, else the path of a closed file. */
  readonly content: Uint8Array | string
}

export interface Spool {
  readonly bytes: number
  /** The first bytes, for telling the type. */
  head(): Uint8Array
  write(chunk: Uint8Array): Promise<void>
  /** Forgets what there is. */
  restart(): Promise<void>
  finish(): Promise<Spooled>
  /** Removes the temporary file where it is still there. */
  discard(): Promise<void>
}

interface State {
  /** What is not in the temporary file yet, and the bytes of it. */
  chunks: Uint8Array[]
  held: number
  bytes: number
  file: FileHandle | null
  /** There is, or was, a temporary file. */
  made: boolean
  sha256: ReturnType<typeof createHash>
  md5: ReturnType<typeof createHash> | null
  head: Uint8Array
}

const empty = (md5: boolean) => ({
  chunks: [],
  held: 0,
  bytes: 0,
  sha256: createHash('sha256'),
  md5: md5 ? createHash('md5') : null,
  head: new Uint8Array(),
})

/** A spool whose temporary file, if there is to be one, is `path`. */
export function openSpool(path: string, o: { readonly md5: boolean }): Spool {
  const state: State = { ...empty(o.md5), file: null, made: false }
  return {
    get bytes() {
      return state.bytes
    },
    head: () => state.head,
    write: (chunk) => write(state, path, chunk),
    async restart() {
      await state.file?.close()
      Object.assign(state, empty(o.md5), { file: null })
    },
    async finish() {
      const { bytes } = state
      const sums = { sha256: state.sha256.digest('hex'), md5: state.md5?.digest('base64') ?? null }
      if (state.file === null) return { bytes, ...sums, content: Buffer.concat(state.chunks) }
      await flush(state, state.file)
      await state.file.close()
      state.file = null
      return { bytes, ...sums, content: path }
    },
    async discard() {
      await state.file?.close()
      state.file = null
      if (state.made) await rm(path, { force: true })
    },
  }
}

async function write(state: State, path: string, chunk: Uint8Array): Promise<void> {
  state.sha256.update(chunk)
  state.md5?.update(chunk)
  if (state.head.length < SNIFFED)
    state.head = Buffer.concat([state.head, chunk.subarray(0, SNIFFED - state.head.length)])
  state.chunks.push(chunk)
  state.held += chunk.length
  state.bytes += chunk.length
  if (state.held <= IN_MEMORY) return
  state.file ??= await open(path, 'w')
  state.made = true
  await flush(state, state.file)
}

async function flush(state: State, file: FileHandle): Promise<void> {
  const { chunks, held } = state
  Object.assign(state, { chunks: [], held: 0 })
  const { bytesWritten } = await file.writev(chunks)
  // A full disk takes a part, and says why when it is given the rest.
  if (bytesWritten < held) await append(file, Buffer.concat(chunks).subarray(bytesWritten))
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
}

/** A folder of this process's own inside of `parent`; those that processes of this machine left behind when they died are removed. */
export async function temporaryFolder(parent: string): Promise<string> {
  makeFolder(parent)
  const host = hostname().replaceAll(/[^\w.-]/g, '_')
  for (const name of await readdir(parent)) {
    const match = /^naru-(.+)-(\d+)-[0-9a-z]+$/.exec(name)
    if (match?.[1] === host && !isAlive(Number(match[2])))
      await rm(join(parent, name), { recursive: true, force: true })
  }
  const own = join(parent, `naru-${host}-${process.pid}-${Math.random().toString(36).slice(2, 10)}`)
  makeFolder(own)
  return own
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
