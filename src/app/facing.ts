/** Which schemas of a target stand opposite those of a source. */
import type { Address } from '../core/engine.ts'
import { isSeveral } from '../core/schema-choice.ts'

/** The target; where it names no schema and the source several, it is asked for the same ones. */
export function facing(from: Address, to: Address): Address {
  if (!isSeveral(from.schema) || to.engine !== 'postgres' || to.schema !== undefined) return to
  return { ...to, schema: from.schema }
}
