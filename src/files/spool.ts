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
  /** Base64, as S3 wants it. */
  readonly md5: string
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
  chunks: Uint8Array[]
  bytes: number
  file: FileHandle | null
  sha256: ReturnType<typeof createHash>
  md5: ReturnType<typeof createHash>
  head: Uint8Array
}

const empty = () => ({
  chunks: [],
  bytes: 0,
  sha256: createHash('sha256'),
  md5: createHash('md5'),
  head: new Uint8Array(),
})

/** A spool whose temporary file, if there is to be one, is `path`. */
export function openSpool(path: string): Spool {
  const state: State = { ...empty(), file: null }
  return {
    get bytes() {
      return state.bytes
    },
    head: () => state.head,
    write: (chunk) => write(state, path, chunk),
    async restart() {
      await state.file?.close()
      Object.assign(state, empty(), { file: null })
    },
    async finish() {
      const { bytes } = state
      const sums = { sha256: state.sha256.digest('hex'), md5: state.md5.digest('base64') }
      if (state.file === null) return { bytes, ...sums, content: Buffer.concat(state.chunks) }
      await state.file.close()
      state.file = null
      return { bytes, ...sums, content: path }
    },
    async discard() {
      await state.file?.close()
      state.file = null
      await rm(path, { force: true })
    },
  }
}

async function write(state: State, path: string, chunk: Uint8Array): Promise<void> {
  state.sha256.update(chunk)
  state.md5.update(chunk)
  if (state.head.length < SNIFFED)
    state.head = Buffer.concat([state.head, chunk.subarray(0, SNIFFED - state.head.length)])
  if (state.file === null && state.bytes + chunk.length <= IN_MEMORY) {
    state.chunks.push(chunk)
    state.bytes += chunk.length
    return
  }
  state.file ??= await open(path, 'w')
  for (const part of [...state.chunks, chunk]) await append(state.file, part)
  state.chunks = []
  state.bytes += chunk.length
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
