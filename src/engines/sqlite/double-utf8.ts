/** Text that was UTF-8, taken for Latin-1 (or Windows-1252) and turned into UTF-8 once more: `Ã©` for `é`. */
import { isUtf8 } from '../../core/encode.ts'

/** Windows-1252 beyond Latin-1: code point → byte. */
const WINDOWS: ReadonlyMap<number, number> = new Map(
  [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
  ].flatMap((code, i): [number, number][] => (code === 0 ? [] : [[code, 0x80 + i]])),
)

/** The text as it was before, or null where it is not doubly encoded. */
export function undouble(text: string): string | null {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]/.test(text)) return null
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const byte = code < 0x100 ? code : WINDOWS.get(code)
    if (byte === undefined) return null
    bytes[i] = byte
  }
  return isUtf8(bytes, 0, bytes.length) ? Buffer.from(bytes).toString('utf8') : null
}
