/** Tables that are made with the help of what lies in schemas that were not read: nothing there would come along. */
import type { CopyOptions } from '../core/options.ts'
import { type Finding, tableLabel } from '../core/plan.ts'
import { displayName, type ObjectUse, type Schema, type UnreadSchema } from '../core/schema.ts'
import { schemaChoiceText } from '../core/schema-choice.ts'
import { isAccepted } from './settle.ts'

interface Ends {
  readonly source: Schema
  readonly target: Schema
  readonly options: CopyOptions
}

/** SCHEMA_UNREAD, one a table and schema. `made`: labels of the tables that the copy makes. Enums come along with their columns. */
export function crossingFindings({ source, target, options }: Ends, made: ReadonlySet<string>): Finding[] {
  if (source.engine !== target.engine) return []
  return (source.unread ?? []).flatMap((unread) => {
    const tables = new Map<string, ObjectUse[]>()
    for (const { table, use } of unread.usedBy ?? []) {
      const label = tableLabel(table, source.name)
      if (made.has(label)) tables.set(label, [...(tables.get(label) ?? []), use])
    }
    return [...tables].map(([label, uses]) => finding(source, unread, label, uses, options))
  })
}

/** Things that a message names. */
const TOLD = 4

function finding(
  source: Schema,
  unread: UnreadSchema,
  label: string,
  uses: readonly ObjectUse[],
  options: CopyOptions,
): Finding {
  const code = 'SCHEMA_UNREAD'
  const things = new Map<string, string[]>()
  for (const { kind, name, by } of uses) {
    const thing = `${kind} ${displayName(name)}`
    things.set(thing, [...(things.get(thing) ?? []), ...(by === undefined ? [] : [by])])
  }
  const told = [...things]
    .slice(0, TOLD)
    .map(([thing, by]) => (by.length === 0 ? thing : `${thing} (${by.join(', ')})`))
  const more = things.size > TOLD ? ` and ${things.size - TOLD} more` : ''
  const read = source.schemas ?? [source.name]
  return {
    code,
    table: label,
    column: null,
    count: things.size,
    samples: [],
    message: `${label} uses what lies in the schema ${unread.name}, which is not read: ${told.join(', ')}${more}`,
    ways: [
      `?schema=${schemaChoiceText({ several: [...read, unread.name] })} in the address of the source, or ?schema=* for all`,
      `--exclude ${label} to leave the table out`,
      `--accept ${code}:${label} where the target has it already`,
    ],
    severity: isAccepted(options, code, label, null) ? 'accepted' : 'blocks',
  }
}
