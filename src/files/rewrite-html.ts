/** Addresses in HTML: attributes, srcset, inline style, style sheets. Read by a tokenizer of the standard; only the addresses are touched. */
import type * as Parse5 from 'parse5'
import {
  type Finder,
  lifted,
  looksLikeAddress,
  namesFile,
  plainText,
  type Ref,
  type Resolved,
  resolved,
  wholeRef,
} from './rewrite.ts'
import { cssRefs } from './rewrite-css.ts'
import { srcsetRefs } from './rewrite-srcset.ts'

type Parser = typeof Parse5

interface Attribute {
  readonly name: string
  readonly value: Resolved
  /** `"`, `'` or none. */
  readonly quote: string
}

interface Element {
  readonly name: string
  readonly attributes: readonly Attribute[]
}

const ENTITY = /&(?:#[xX][0-9a-fA-F]+|#[0-9]+|[A-Za-z][A-Za-z0-9]*);?/y

/** Attributes whose whole value is an address, whatever it looks like. */
const ADDRESSES = new Set(['src', 'poster', 'background', 'lowsrc', 'dynsrc', 'longdesc', 'data', 'xlink:href'])
const SETS = new Set(['srcset', 'imagesrcset', 'data-srcset', 'data-lazy-srcset'])
/** Elements whose href leads to a page as often as to a file. */
const LINKS = new Set(['a', 'area', 'link'])
/** Elements whose content is no markup, and the state of the tokenizer for it. */
const RAW: Readonly<Record<string, 'RAWTEXT' | 'SCRIPT_DATA' | 'RCDATA' | 'PLAINTEXT'>> = {
  style: 'RAWTEXT',
  xmp: 'RAWTEXT',
  iframe: 'RAWTEXT',
  noembed: 'RAWTEXT',
  noframes: 'RAWTEXT',
  script: 'SCRIPT_DATA',
  textarea: 'RCDATA',
  title: 'RCDATA',
  plaintext: 'PLAINTEXT',
}

/** Runs the tokenizer; `element` is told of start tags, `sheet` of what stands in <style>. */
function tokenize(
  p: Parser,
  text: string,
  element: (e: Element) => void,
  sheet: (start: number, end: number) => void,
): void {
  let styleFrom = -1
  const style = (end: number) => {
    if (styleFrom >= 0) sheet(styleFrom, end)
    styleFrom = -1
  }
  const tokenizer = new p.Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag(token) {
        const mode = RAW[token.tagName]
        if (mode !== undefined && !token.selfClosing) tokenizer.state = p.TokenizerMode[mode]
        if (token.tagName === 'style' && !token.selfClosing) styleFrom = token.location?.endOffset ?? -1
        element({ name: token.tagName, attributes: attributes(p, text, token.location?.attrs ?? {}) })
      },
      onEndTag(token) {
        if (token.tagName === 'style') style(token.location?.startOffset ?? text.length)
      },
      onEof: () => style(text.length),
      onComment() {},
      onDoctype() {},
      onCharacter() {},
      onNullCharacter() {},
      onWhitespaceCharacter() {},
    },
  )
  tokenizer.write(text, true)
}

function attributes(
  p: Parser,
  text: string,
  places: Readonly<Record<string, { startOffset: number; endOffset: number }>>,
): Attribute[] {
  return Object.entries(places).flatMap(([name, { startOffset, endOffset }]) => {
    const raw = text.slice(startOffset, endOffset)
    const head = /^[\t\n\f\r ]*=[\t\n\f\r ]*/.exec(raw.slice(name.length))?.[0]
    if (head === undefined) return []
    const at = name.length + head.length
    const quote = raw[at] === '"' || raw[at] === "'" ? raw[at] : ''
    const inner = raw.slice(at + quote.length, raw.length - (quote !== '' && raw.length > at + 1 ? 1 : 0))
    return [{ name, quote, value: withoutEntities(p, inner, startOffset + at + quote.length) }]
  })
}

/** A value with its entities resolved. */
function withoutEntities(p: Parser, raw: string, from: number): Resolved {
  if (!raw.includes('&')) return plainText(raw, from)
  return resolved(raw, from, ENTITY, (entity, next) => {
    const after = /[="'<>&\s]/.test(next) ? (next === '=' ? '=' : '') : next
    const value = attributeValue(p, entity + after)
    const meant = value.slice(0, value.length - after.length)
    return meant === entity ? null : meant
  })
}

/** What the tokenizer itself makes of a value. */
function attributeValue(p: Parser, raw: string): string {
  let value = raw
  const none = () => {}
  const handler = {
    onStartTag(token: Parse5.Token.TagToken) {
      value = token.attrs[0]?.value ?? ''
    },
    onEndTag: none,
    onEof: none,
    onComment: none,
    onDoctype: none,
    onCharacter: none,
    onNullCharacter: none,
    onWhitespaceCharacter: none,
  }
  new p.Tokenizer({}, handler).write(`<a b="${raw}">`, true)
  return value
}

/** An ampersand that could begin an entity, and the quote of the place, escaped; without quotes everything that would end the value. */
function escapeValue(quote: string): (text: string) => string {
  return (text) => {
    const safe = text.replace(/&(?=[#a-z])/gi, '&amp;')
    if (quote === '"') return safe.replaceAll('"', '&quot;')
    if (quote === "'") return safe.replaceAll("'", '&#39;')
    return safe.replace(/[\s"'=<>`]/g, (c) => `&#${c.charCodeAt(0)};`)
  }
}

/** The finder for an attribute, and what it may take for an address. */
function finderOf(element: string, name: string): readonly [Finder, (address: string) => boolean] | null {
  if (SETS.has(name)) return [srcsetRefs, () => true]
  if (name === 'style') return [cssRefs, () => true]
  if (name === 'href') {
    if (element === 'base') return null
    return [wholeRef, LINKS.has(element) ? namesFile : () => true]
  }
  if (ADDRESSES.has(name)) return [wholeRef, () => true]
  const loose =
    name.startsWith('data-') || (element === 'meta' && name === 'content') || (element === 'param' && name === 'value')
  return loose ? [wholeRef, looksLikeAddress] : null
}

function attributeRefs(element: string, a: Attribute, wanted: (address: string) => boolean): Ref[] {
  const found = finderOf(element, a.name)
  if (found === null) return []
  const [find, may] = found
  const refs = find(a.value.text, (address) => may(address) && wanted(address))
  return lifted(refs, a.value, escapeValue(a.quote))
}

/** Resolves one entity, with its semicolon. */
export function entityResolver(p: Parser): (entity: string) => string {
  return (entity) => attributeValue(p, entity)
}

/** A finder over a loaded parser. */
export function htmlFinder(p: Parser): Finder {
  return (text, wanted) => {
    const refs: Ref[] = []
    tokenize(
      p,
      text,
      (element) => {
        for (const a of element.attributes) refs.push(...attributeRefs(element.name, a, wanted))
      },
      (start, end) => refs.push(...lifted(cssRefs(text.slice(start, end), wanted), plainText('', start), (t) => t)),
    )
    return refs.sort((a, b) => a.start - b.start)
  }
}
