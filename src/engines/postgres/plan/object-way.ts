/** How an object whose definition differs gets there. */
import type { OtherObject } from '../../../core/schema.ts'
import { details } from './object-details.ts'
import { compositeSteps, enumGrows } from './type-alter.ts'

function columnsKept(from: OtherObject, to: OtherObject): boolean {
  const before = JSON.parse(details(from, 'columns') ?? '[]') as unknown[]
  const after = JSON.parse(details(to, 'columns') ?? '[]') as unknown[]
  return before.length > 0 && before.every((c, i) => JSON.stringify(c) === JSON.stringify(after[i]))
}

/** How an object whose definition differs gets there: replaced or altered in place, made anew, a type under its users, or not at all. */
type Way = 'replace' | 'alter' | 'anew' | 'swap' | 'attach'

/** Chooses it. */
export function wayOf(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): Way {
  switch (to.kind) {
    case 'view':
      return columnsKept(from, to) && details(from, 'extras') === details(to, 'extras') ? 'replace' : 'anew'
    case 'function':
    case 'procedure': {
      const same = (key: string) => details(from, key) === details(to, key)
      return same('result') && same('arguments') && same('reference') && same('kind') ? 'replace' : 'anew'
    }
    case 'enum':
      return enumGrows(from, to, labels) ? 'alter' : 'swap'
    case 'domain':
      return details(from, 'base') === details(to, 'base') ? 'alter' : 'swap'
    case 'composite type':
      return compositeSteps(from, to) === null ? 'swap' : 'alter'
    case 'range type':
      return 'swap'
    case 'sequence':
    case 'schema':
    case 'extension':
      return 'alter'
    case 'partition':
      return 'attach'
    default:
      return 'anew'
  }
}
