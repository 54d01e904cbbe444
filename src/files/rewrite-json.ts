/** Addresses in JSON: any string value that is one, and those in strings that hold HTML. Only the addresses are touched. Pure. */
import { type Finder, lifted, looksLikeAddress, type Ref, resolved, wholeRef } from './rewrite.ts'

const STRING = /"(?:[^"\\]|\\[\s\S])*"/g
const ESCAPE = /\\(?:u[0-9a-f]{4}|[\s\S])/iy

const meant = (code: string) => JSON.parse(`"${code}"`) as string

/** As JSON writes it inside of a string; what the text around spells as ASCII need not be kept so. */
const written = (text: string) => JSON.stringify(text).slice(1, -1)

/** Whether the string before this offset is the name of a member. */
function isName(text: string, end: number): boolean {
  const colon = /\s*:/y
  colon.lastIndex = end
  return colon.test(text)
}

/** A finder; `html` finds what stands in HTML. Texts that are no JSON hold no addresses. */
export function jsonFinder(html: Finder): Finder {
  return (text, wanted) => {
    if (!isJson(text)) return []
    const refs: Ref[] = []
    for (const { 0: token, index } of text.matchAll(STRING)) {
      if (isName(text, index + token.length)) continue
      const inner = resolved(token.slice(1, -1), index + 1, ESCAPE, meant)
      const find = inner.text.includes('<') ? html : wholeRef
      const may = inner.text.includes('<') ? wanted : (a: string) => looksLikeAddress(a) && wanted(a)
      refs.push(...lifted(find(inner.text, may), inner, written))
    }
    return refs
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
