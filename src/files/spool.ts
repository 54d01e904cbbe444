/** Where a file is gathered before it goes to its destination: small ones in memory, others in a temporary file. Hashed on the way. */
import { createHash, type Hash, hash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
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
  /** Path of the temporary file that there is, or was. */
  path: string | null
  /** Of what is in the temporary file; null while all is in memory, to be hashed in one go. */
  sums: Sums | null
  /** Kept when the temporary file takes the first bytes. */
  head: Uint8Array | null
}

interface Sums {
  readonly sha256: Hash
  readonly md5: Hash | null
}

const empty = () => ({ chunks: [], held: 0, bytes: 0, sums: null, head: null })

/** Chunks as one; most small files are one. */
const joined = (chunks: readonly Uint8Array[]) => (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))

function firstBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 0) return new Uint8Array()
  return chunks[0].length >= SNIFFED ? chunks[0].subarray(0, SNIFFED) : Buffer.concat(chunks).subarray(0, SNIFFED)
}

export interface SpoolOptions {
  /** Path of the temporary file, asked for where there is to be one. */
  readonly path: () => Promise<string>
  readonly md5: boolean
}

/** A spool with nothing in it. */
export function openSpool(o: SpoolOptions): Spool {
  const state: State = { ...empty(), file: null, path: null }
  return {
    get bytes() {
      return state.bytes
    },
    head: () => state.head ?? firstBytes(state.chunks),
    write: (chunk) => write(state, chunk, o),
    async restart() {
      await state.file?.close()
      Object.assign(state, empty(), { file: null })
    },
    async finish() {
      const { bytes } = state
      if (state.file === null || state.path === null || state.sums === null)
        return inMemory(joined(state.chunks), o.md5)
      await flush(state, state.file, state.sums)
      await state.file.close()
      state.file = null
      const { sha256, md5 } = state.sums
      return { bytes, sha256: sha256.digest('hex'), md5: md5?.digest('base64') ?? null, content: state.path }
    },
    async discard() {
      await state.file?.close()
      state.file = null
      if (state.path !== null) await rm(state.path, { force: true })
    },
  }
}

function inMemory(content: Uint8Array, md5: boolean): Spooled {
  const sums = { sha256: hash('sha256', content), md5: md5 ? hash('md5', content, 'base64') : null }
  return { bytes: content.length, ...sums, content }
}

async function write(state: State, chunk: Uint8Array, o: SpoolOptions): Promise<void> {
  state.chunks.push(chunk)
  state.held += chunk.length
  state.bytes += chunk.length
  if (state.held <= IN_MEMORY) return
  state.path ??= await o.path()
  state.file ??= await open(state.path, 'w')
  state.head ??= firstBytes(state.chunks)
  state.sums ??= { sha256: createHash('sha256'), md5: o.md5 ? createHash('md5') : null }
  await flush(state, state.file, state.sums)
}

async function flush(state: State, file: FileHandle, { sha256, md5 }: Sums): Promise<void> {
  const { chunks, held } = state
  Object.assign(state, { chunks: [], held: 0 })
  const writing = file.writev(chunks)
  // Hashed while the disk takes it.
  for (const chunk of chunks) {
    sha256.update(chunk)
    md5?.update(chunk)
  }
  const { bytesWritten } = await writing
  // A full disk takes a part, and says why when it is given the rest.
  if (bytesWritten < held) await append(file, Buffer.concat(chunks).subarray(bytesWritten))
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
}
