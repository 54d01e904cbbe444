/** The bytes of a data file, whatever it is packed or spelled in: as they lie, out of gzip, out of another character set. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { NaruError } from '../../core/error.ts'
import { fileError } from './files.ts'

/** Bytes that are pulled. */
export interface ByteSource extends AsyncDisposable {
  /** Puts bytes into the room, at most as many as it has; 0: there are no more. Throws FILE_UNREADABLE. */
  read(room: Buffer): Promise<number>
}

export interface BytesOptions {
  readonly path: string
  /** Where to begin, in the bytes that come out. */
  readonly from: number
  /** Bytes of the file that count; the rest is an unfinished chunk. */
  readonly length: number
  readonly gzip: boolean
  /** Character set; undefined: UTF-8, passed on as it is. */
  readonly encoding?: string
}

/** Whether bytes come out as they lie, so that places in the file can be gone to. */
export function isDirect(o: Pick<BytesOptions, 'gzip' | 'encoding'>): boolean {
  return !o.gzip && o.encoding === undefined
}

/** Opens a file. Throws FILE_UNREADABLE. */
export async function openBytes(o: BytesOptions): Promise<ByteSource> {
  if (isDirect(o)) return plainBytes(o)
  const packed = o.gzip ? unpackedBytes(o.path, o.length) : await plainBytes({ ...o, from: 0 })
  const source = o.encoding === undefined ? packed : decodedBytes(packed, await decoderOf(o.encoding), o)
  await skip(source, o.from)
  return source
}

async function skip(source: ByteSource, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; ) {
    const n = await source.read(Buffer.allocUnsafe(Math.min(left, 65_536)))
    if (n === 0) return
    left -= n
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw fileError(error, `cannot read ${path}`)
  }
}

async function plainBytes({ path, from, length }: BytesOptions): Promise<ByteSource> {
  const file = await opened(path)
  let position = from
  return {
    async read(room) {
      const size = Math.min(room.length, length - position)
      if (size <= 0) return 0
      const { bytesRead } = await file.read(room, 0, size, position)
      if (bytesRead === 0) throw new NaruError('FILE_UNREADABLE', `${path} became shorter while it was read`)
      position += bytesRead
      return bytesRead
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Pieces handed on in portions of whatever size is asked for. */
function portions(pull: () => Promise<Buffer | null>, close: () => Promise<void>): ByteSource {
  let rest: Buffer | null = Buffer.alloc(0)
  return {
    async read(room) {
      while (rest !== null && rest.length === 0) rest = await pull()
      if (rest === null) return 0
      const n = rest.copy(room)
      rest = rest.subarray(n)
      return n
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Members of gzip one after the other, as a file that was written chunk by chunk has them. */
function unpackedBytes(path: string, length: number): ByteSource {
  if (length === 0)
    return portions(
      async () => null,
      async () => {},
    )
  const file = createReadStream(path, { start: 0, end: length - 1, highWaterMark: 256 * 1024 })
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 })
  file.on('error', (error) => gunzip.destroy(error))
  file.pipe(gunzip)
  const pieces = gunzip[Symbol.asyncIterator]()
  return portions(
    async () => {
      try {
        const next = await pieces.next()
        return next.done ? null : (next.value as Buffer)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (!code?.startsWith('Z_')) throw fileError(error, `cannot read ${path}`)
        throw new NaruError('FILE_UNREADABLE', `${path} cannot be unpacked to its end`, {
          why: `${(error as Error).message}: it was cut off or damaged`,
          hint: 'Take the file from where it was kept first.',
          cause: error,
        })
      }
    },
    async () => {
      file.destroy()
      gunzip.destroy()
    },
  )
}

/** Other character sets become UTF-8; what is none of theirs is an error, never a replacement character. */
function decodedBytes(from: ByteSource, decode: Decode, o: Pick<BytesOptions, 'encoding' | 'path'>): ByteSource {
  const room = Buffer.allocUnsafe(256 * 1024)
  let done = false
  let at = 0
  return portions(
    async () => {
      if (done) return null
      const n = await from.read(room)
      done = n === 0
      try {
        return Buffer.from(decode(room.subarray(0, n), !done), 'utf8')
      } catch (error) {
        throw new NaruError('FILE_UNREADABLE', `${o.path} is not ${o.encoding}`, {
          why: `bytes between ${at} and ${at + n} are none of that character set`,
          hint: 'Name the one it is written in: ?encoding=windows-949, utf-8, latin1 …',
          cause: error,
        })
      } finally {
        at += n
      }
    },
    async () => from[Symbol.asyncDispose](),
  )
}

/** Text of the next bytes; `more`: others follow. Throws for bytes that mean nothing. */
type Decode = (bytes: Buffer, more: boolean) => string

const LATIN1 = /^(latin1|iso-?8859-1)$/i
/** Names under which Korean files go; Node's decoder of that name lacks the 8,822 syllables that Windows added. */
const KOREAN = /^(windows-?949|cp949|uhc|euc-?kr|ks_c_5601-1987)$/i

/** Whether a character set of this name can be read. */
export function knownEncoding(name: string): boolean {
  if (KOREAN.test(name) || LATIN1.test(name)) return true
  try {
    new TextDecoder(name)
    return true
  } catch {
    return false
  }
}

/** `latin1` of the WHATWG is windows-1252, which leaves bytes out; people mean ISO 8859-1. */
async function decoderOf(encoding: string): Promise<Decode> {
  if (LATIN1.test(encoding)) return (bytes) => bytes.toString('latin1')
  if (KOREAN.test(encoding)) return koreanDecoder()
  const decoder = new TextDecoder(encoding, { fatal: true })
  return (bytes, more) => decoder.decode(bytes, { stream: more })
}

/** The character that stands for what cannot be decoded is none of this set's own, so it is never meant. */
async function koreanDecoder(): Promise<Decode> {
  const { default: iconv } = await import('iconv-lite')
  const decoder = iconv.getDecoder('cp949')
  return (bytes, more) => {
    const text = `${decoder.write(bytes)}${more ? '' : (decoder.end() ?? '')}`
    if (text.includes('\ufffd')) throw new Error('bytes that are no character')
    return text
  }
}

/** The character set that a byte order mark tells: UTF-16 of either order; undefined otherwise. */
export function markedEncoding(head: Buffer): string | undefined {
  if (head.length < 2) return undefined
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined
}
