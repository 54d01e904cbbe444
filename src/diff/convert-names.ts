/** Names on the target: short enough, different enough, the same every time. */
import { createHash } from 'node:crypto'
import type { Capabilities } from '../core/capabilities.ts'

type NameRules = Pick<Capabilities, 'identifierLimit' | 'identifierUnit' | 'foldsNames'>

/** Length of a name in the unit that the target counts in. */
export function nameLength(name: string, can: NameRules): number {
  return can.identifierUnit === 'bytes' ? Buffer.byteLength(name) : [...name].length
}

/** Whether the target takes the name whole. */
export function nameFits(name: string, can: NameRules): boolean {
  return can.identifierLimit === null || nameLength(name, can) <= can.identifierLimit
}

/** The name itself where it fits, else its beginning and eight hex digits of its SHA-256: the same every time. */
export function shortName(name: string, can: NameRules): string {
  if (nameFits(name, can)) return name
  const tail = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  const room = (can.identifierLimit ?? 0) - tail.length
  let head = ''
  for (const character of name) {
    if (nameLength(head + character, can) > room) break
    head += character
  }
  return head + tail
}

/** The name without what MySQL does not take in one: characters beyond U+FFFF and blanks at the end. */
export function plainName(name: string): string {
  return name.replace(/[\u{10000}-\u{10ffff}]/gu, '_').replace(/ +$/, '')
}

/** Names that are equal under this are one name to the target. */
export function foldedName(name: string, can: NameRules): string {
  return can.foldsNames ? name.toLowerCase() : name
}

/** Hands out names within one name space. */
export interface NameSpace {
  /** `wanted` if it is free, else `otherwise`, else that with a number; shortened where needed. */
  claim(wanted: string, otherwise: string): string
}

/**
 * A name space in which `taken` are gone already. `contested` are names that more than one object wants: nobody gets them, so that
 * the outcome does not hang on the order of tables.
 */
export function nameSpace(can: NameRules, taken: Iterable<string>, contested: ReadonlySet<string>): NameSpace {
  const used = new Set([...taken].map((n) => foldedName(n, can)))
  const free = (name: string) => !used.has(foldedName(name, can))
  return {
    claim(wanted, otherwise) {
      let name = shortName(wanted, can)
      if (contested.has(foldedName(wanted, can)) || !free(name)) name = shortName(otherwise, can)
      for (let n = 2; !free(name); n++) name = shortName(`${otherwise}_${n}`, can)
      used.add(foldedName(name, can))
      return name
    },
  }
}

/** Names that occur more than once under the target's folding. */
export function contestedNames(names: readonly string[], can: NameRules): Set<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) {
    const folded = foldedName(name, can)
    if (seen.has(folded)) twice.add(folded)
    seen.add(folded)
  }
  return twice
}
