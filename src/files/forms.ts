/** How addresses stand in a column: as its whole value, or inside of a longer text. */

import type { FileLedger } from '../core/file-ledger.ts'
import { resolveFiles } from './lookup.ts'
import type { FileOutcome } from './outcome.ts'
import type { NewValue } from './rewrite-column.ts'
import type { Addressing } from './store.ts'

/** plain: the value is an address. */
export type AddressForm = 'plain'

/** The addresses in a value that a store has to do with. */
export function addressesIn(value: string, _form: AddressForm, _a: Addressing): readonly string[] {
  return [value]
}

/** What a value becomes once its addresses are known. */
function valueWith(value: string, _form: AddressForm, outcomes: ReadonlyMap<string, FileOutcome>): NewValue {
  const outcome = outcomes.get(value)
  if (outcome === undefined || outcome.action.kind === 'keep') return { value }
  if (outcome.action.kind === 'null') return { value: null }
  return outcome.action.kind === 'new' ? { value: outcome.action.address } : { reason: outcome.action.reason }
}

/** New values for many, from the ledger alone. */
export async function newValues(
  values: readonly string[],
  form: AddressForm,
  a: Addressing,
  ledger: Pick<FileLedger, 'find'>,
): Promise<readonly NewValue[]> {
  const addresses = [...new Set(values.flatMap((value) => addressesIn(value, form, a)))]
  const outcomes = new Map((await resolveFiles(addresses, a, ledger)).map((o) => [o.address, o]))
  return values.map((value) => valueWith(value, form, outcomes))
}
