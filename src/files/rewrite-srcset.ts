/** Addresses in `srcset`: `a.jpg 1x, b.jpg 2x`, read as browsers do. Pure. */
import { type Finder, percent, type Ref } from './rewrite.ts'

/** Where the descriptors of a candidate end: at a comma that stands in no parentheses. */
function afterDescriptors(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')') depth = Math.max(0, depth - 1)
    else if (text[i] === ',' && depth === 0) return i + 1
  }
  return text.length
}

/** Finds the addresses of a srcset. */
export const srcsetRefs: Finder = (text, wanted) => {
  const refs: Ref[] = []
  const next = /[\t\n\f\r ,]*([^\t\n\f\r ]+)/y
  for (let at = 0; at < text.length; ) {
    next.lastIndex = at
    const found = next.exec(text)
    if (found === null) break
    const start = next.lastIndex - found[1].length
    const address = found[1].replace(/,+$/, '')
    if (address !== '' && wanted(address)) {
      const write = (a: string) => percent(a, /[\s]|^,|,$/g)
      refs.push({ start, end: start + address.length, address, write })
    }
    at = address.length < found[1].length ? next.lastIndex : afterDescriptors(text, next.lastIndex)
  }
  return refs
}
