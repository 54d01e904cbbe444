/** How many cells of a terminal a text takes: East Asian letters and emoji take two, combining marks none. */

/** Made when text that is not ASCII is first measured: it takes longer than all else that a small command does. */
let segmenter: Intl.Segmenter | undefined

/** Unicode Standard Annex 11, East Asian Width W and F, by script and block; the halfwidth forms U+FF61–FFDC are narrow. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u
const ZERO = /^(?:\p{Mn}|\p{Me}|\p{Cf})+$/u
const ASCII = /^[\u0020-\u007e]*$/

const widthOf = (grapheme: string) => (ZERO.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1)

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), (s) => s.segment)
}

/** Cells that the text takes. The text holds no control characters. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  return graphemes(text).reduce((n, g) => n + widthOf(g), 0)
}

/** The text in at most `width` cells, ending in … where something was cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const g of graphemes(text)) {
    used += widthOf(g)
    if (used > width - 1) break
    kept += g
  }
  return `${kept}…`
}

/** The text filled with blanks to `width` cells. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'left' ? text + blanks : blanks + text
}

function chop(word: string, width: number): string[] {
  const parts = ['']
  for (const g of graphemes(word)) {
    if (displayWidth(parts[parts.length - 1] + g) > width) parts.push('')
    parts[parts.length - 1] += g
  }
  return parts
}

/** Lines of at most `width` cells, broken at blanks; a longer word is cut. At least one line. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ').flatMap((w) => (displayWidth(w) > width ? chop(w, width) : [w]))) {
    const line = lines[lines.length - 1]
    if (line === '') lines[lines.length - 1] = word
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
