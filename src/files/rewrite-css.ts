/** Addresses in CSS: `url(…)` and `@import '…'`. Pure. */
import { type Finder, percent, type Ref, resolved } from './rewrite.ts'

const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|@import[\s]+(?=["'])|url\(\s*|"(?:[^"\\\n]|\\[\s\S])*(?:"|$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|$)/gi
const ESCAPE = /\\(?:[0-9a-f]{1,6}(?:\r\n|[ \t\n\f\r])?|[^\n\r\f])/iy

/** `\26 ` → `&`. */
function meant(code: string): string {
  const hex = /^\\([0-9a-f]{1,6})/i.exec(code)
  if (hex === null) return code.slice(1)
  const point = Number.parseInt(hex[1], 16)
  return point === 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? '\ufffd' : String.fromCodePoint(point)
}

function ref(text: string, start: number, end: number, quote: string, wanted: (a: string) => boolean): Ref[] {
  const address = resolved(text.slice(start, end), start, ESCAPE, meant).text.trim()
  if (address === '' || !wanted(address)) return []
  const bad = quote === '' ? /[\s"'()\\]/g : /["'\\\n\r\f]/g
  return [{ start, end, address, write: (next) => percent(next, bad) }]
}

/** A quoted text that begins at `at`: its content and where it ends. */
function quoted(
  text: string,
  at: number,
): { readonly start: number; readonly end: number; readonly quote: string } | null {
  const match = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'/y
  match.lastIndex = at
  const found = match.exec(text)
  if (found === null) return null
  return { start: at + 1, end: at + found[0].length - 1, quote: text[at] }
}

/** Finds the addresses of a style sheet or of a style attribute. */
export const cssRefs: Finder = (text, wanted) => {
  const refs: Ref[] = []
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (!/^(url|@import)/i.test(token[0])) continue
    const at = token.index + token[0].length
    const string = quoted(text, at)
    if (string !== null) {
      refs.push(...ref(text, string.start, string.end, string.quote, wanted))
      TOKEN.lastIndex = string.end + 1
    } else if (token[0].startsWith('u') || token[0].startsWith('U')) {
      const bare = /(?:[^\s"'()\\]|\\[^\n])*/y
      bare.lastIndex = at
      const length = bare.exec(text)?.[0].length ?? 0
      refs.push(...ref(text, at, at + length, '', wanted))
      TOKEN.lastIndex = at + length
    }
  }
  return refs
}
