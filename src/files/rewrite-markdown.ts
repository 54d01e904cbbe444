/** Addresses in Markdown: images, links, definitions, autolinks, and HTML in it. Read by a parser of CommonMark; only the addresses are touched. */
import type * as Micromark from 'micromark'
import { type Finder, lifted, namesFile, percent, plainText, type Ref, type Resolved, resolved } from './rewrite.ts'

type Parser = typeof Micromark

const ESCAPE = /\\[!-/:-@[-`{-~]|&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{0,31});/y

interface Part {
  readonly kind: 'image' | 'link' | 'auto' | 'html'
  readonly start: number
  readonly end: number
}

const DESTINATIONS = new Set(['resourceDestinationString', 'definitionDestinationString'])
const MARKUP = new Set(['htmlFlow', 'htmlText'])

/** The parts of a text that hold addresses, in their order. */
function parts(m: Parser, text: string): Part[] {
  const events = m.postprocess(
    m
      .parse()
      .document()
      .write(m.preprocess()(text, undefined, true)),
  )
  const found: Part[] = []
  const open: ('image' | 'link')[] = []
  for (const [way, { type, start, end }] of events) {
    if (type === 'image' || type === 'link') {
      if (way === 'enter') open.push(type)
      else open.pop()
    } else if (way === 'enter') {
      const place = { start: start.offset, end: end.offset }
      if (DESTINATIONS.has(type)) found.push({ kind: open.at(-1) ?? 'link', ...place })
      else if (type === 'autolinkProtocol') found.push({ kind: 'auto', ...place })
      else if (MARKUP.has(type)) found.push({ kind: 'html', ...place })
    }
  }
  return found
}

/** Without what Markdown or its parser would read otherwise: blanks, brackets, what looks like an escape. */
function escapeDestination(text: string): string {
  const plain = percent(text, /[\s<>()\\\0-\x1f\x7f]/g)
  return plain.replace(/&(?=[#a-z][a-z0-9]*;)/gi, '&amp;')
}

/** A finder over a loaded parser; `html` finds what stands in HTML, `entity` resolves one. */
export function markdownFinder(m: Parser, html: Finder, entity: (text: string) => string): Finder {
  const destination = (text: string, { start, end }: Part): Resolved => {
    const raw = text.slice(start, end)
    if (!/[\\&]/.test(raw)) return plainText(raw, start)
    return resolved(raw, start, ESCAPE, (found) => (found[0] === '\\' ? found[1] : entity(found)))
  }
  const refsOf = (text: string, part: Part, wanted: (address: string) => boolean): Ref[] => {
    const { start, end, kind } = part
    if (kind === 'html') return lifted(html(text.slice(start, end), wanted), plainText('', start), (t) => t)
    const address = kind === 'auto' ? text.slice(start, end) : destination(text, part).text
    if (address === '' || (kind !== 'image' && !namesFile(address)) || !wanted(address)) return []
    const write = kind === 'auto' ? (next: string) => percent(next, /[\s<>\0-\x1f\x7f]/g) : escapeDestination
    return [{ start, end, address, write }]
  }
  return (text, wanted) => {
    // The parser counts from behind a byte order mark.
    const skipped = text.startsWith('\ufeff') ? 1 : 0
    const body = text.slice(skipped)
    const refs = parts(m, body).flatMap((part) => refsOf(body, part, wanted))
    return lifted(refs, plainText('', skipped), (t) => t).sort((a, b) => a.start - b.start)
  }
}
