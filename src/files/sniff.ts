/** Content types from the first bytes, and which types are asked for. Pure. */

interface Magic {
  readonly type: string
  readonly ending: string
  /** Hexadecimal with `..` for any byte, from `at`. */
  readonly bytes: string
  readonly at?: number
}

const MAGIC: readonly Magic[] = [
  { type: 'image/jpeg', ending: '.jpg', bytes: 'ffd8ff' },
  { type: 'image/png', ending: '.png', bytes: '89504e470d0a1a0a' },
  { type: 'image/gif', ending: '.gif', bytes: '47494638..61' },
  { type: 'image/webp', ending: '.webp', bytes: '52494646........57454250' },
  { type: 'image/avif', ending: '.avif', bytes: '66747970617669', at: 4 },
  { type: 'image/heic', ending: '.heic', bytes: '66747970686569', at: 4 },
  { type: 'image/heic', ending: '.heic', bytes: '667479706d696631', at: 4 },
  { type: 'image/bmp', ending: '.bmp', bytes: '424d................00..0000' },
  { type: 'image/tiff', ending: '.tif', bytes: '49492a00' },
  { type: 'image/tiff', ending: '.tif', bytes: '4d4d002a' },
  { type: 'image/x-icon', ending: '.ico', bytes: '00000100..00' },
  { type: 'image/vnd.adobe.photoshop', ending: '.psd', bytes: '38425053' },
  { type: 'application/pdf', ending: '.pdf', bytes: '255044462d' },
  { type: 'application/zip', ending: '.zip', bytes: '504b0304' },
  { type: 'application/gzip', ending: '.gz', bytes: '1f8b08' },
  { type: 'application/x-7z-compressed', ending: '.7z', bytes: '377abcaf271c' },
  { type: 'application/x-cfb', ending: '.doc', bytes: 'd0cf11e0a1b11ae1' },
  { type: 'video/mp4', ending: '.mp4', bytes: '66747970', at: 4 },
  { type: 'video/webm', ending: '.webm', bytes: '1a45dfa3' },
  { type: 'audio/mpeg', ending: '.mp3', bytes: '494433' },
  { type: 'audio/wav', ending: '.wav', bytes: '52494646........57415645' },
  { type: 'audio/ogg', ending: '.ogg', bytes: '4f676753' },
  { type: 'audio/flac', ending: '.flac', bytes: '664c6143' },
  { type: 'font/woff2', ending: '.woff2', bytes: '774f4632' },
  { type: 'font/woff', ending: '.woff', bytes: '774f4646' },
]

const ENDINGS: Readonly<Record<string, string>> = {
  'image/svg+xml': '.svg',
  'text/html': '.html',
  'text/plain': '.txt',
  'text/css': '.css',
  'text/csv': '.csv',
  'text/javascript': '.js',
  'application/json': '.json',
  'application/xml': '.xml',
  'video/quicktime': '.mov',
  'application/msword': '.doc',
  'application/vnd.ms-excel': '.xls',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/epub+zip': '.epub',
  'application/x-hwp': '.hwp',
}

/** Several names for one type. */
const SAME: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'image/heif': 'image/heic',
  'image/x-ms-bmp': 'image/bmp',
  'application/x-gzip': 'application/gzip',
  'application/x-zip-compressed': 'application/zip',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
}

/** Containers whose content only the declared type tells. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'application/zip',
  'application/x-cfb',
  'application/gzip',
  'video/mp4',
  'video/webm',
  'audio/ogg',
  'application/xml',
  'text/html',
])

/** Types that every file of the kind shows by its first bytes: without them, it is something else. */
const TELLING: ReadonlySet<string> = new Set(
  MAGIC.map((m) => m.type).filter((type) => !CONTAINERS.has(type) && type !== 'audio/mpeg'),
)

/** Bytes from the beginning that `sniff` wants to see. */
export const SNIFFED = 4096

/** Each as pairs of a place and the byte that is there. */
const PATTERNS = MAGIC.map(({ type, bytes, at = 0 }) => ({
  type,
  marks: (bytes.match(/../g) ?? []).flatMap((byte, i) =>
    byte === '..' ? [] : [{ at: at + i, byte: Number.parseInt(byte, 16) }],
  ),
}))

/** The type that the first bytes show; null where they show none. */
export function sniff(head: Uint8Array): string | null {
  const found = PATTERNS.find(({ marks }) => marks.every(({ at, byte }) => head[at] === byte))
  if (found !== undefined) return found.type
  const text = new TextDecoder('latin1')
    .decode(head.subarray(0, SNIFFED))
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (!text.startsWith('<')) return null
  const plain = text.replace(/^(<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE svg[^>[]*(\[[^\]]*\])?\s*>|\s)+/i, '')
  if (/^<svg[\s>]/i.test(plain)) return 'image/svg+xml'
  if (/^<(!doctype html|html|head|body|title|script|meta|h1|div|p|table)[\s>/]/i.test(plain)) return 'text/html'
  return text.startsWith('<?xml') ? 'application/xml' : null
}

/** `Image/JPG; charset=x` → `image/jpeg`; null for nothing and for what says nothing. */
export function plainType(header: string | null | undefined): string | null {
  const type = header?.split(';')[0].trim().toLowerCase() ?? ''
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type) || /octet-stream|x-unknown|force-download/.test(type)) return null
  return SAME[type] ?? type
}

/** What a file is: as its bytes show, else as declared. `wrong`: declared as something that its bytes would show. */
export function settleType(
  declared: string | null,
  shown: string | null,
): { readonly type: string | null; readonly wrong: boolean } {
  if (shown === null) return { type: declared, wrong: declared !== null && TELLING.has(declared) }
  const inside = declared !== null && CONTAINERS.has(shown) && !TELLING.has(declared) && shown !== 'text/html'
  return { type: inside ? declared : shown, wrong: false }
}

/** Whether a type is among those asked for (`image/png`, `image/*`). */
export function isAmong(type: string | null, wanted: readonly string[]): boolean {
  if (type === null) return false
  return wanted.some((w) => (w.endsWith('/*') ? type.startsWith(w.slice(0, -1)) : (SAME[w] ?? w) === type))
}

/** The usual ending of a type's files, with the dot; null where there is none. */
export function extensionOf(type: string | null): string | null {
  if (type === null) return null
  return MAGIC.find((m) => m.type === type)?.ending ?? ENDINGS[type] ?? null
}
