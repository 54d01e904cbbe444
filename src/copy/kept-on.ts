/**
 * Tables that are there already and whose foreign keys or triggers stay on while rows come, because the engine or the user's rights leave
 * no way to switch them off: parents move first, and what triggers would do is told beforehand.
 */
import type { Capabilities } from '../core/capabilities.ts'
import type { CopyOptions } from '../core/options.ts'
import { type Finding, isExisting, type TablePlan } from '../core/plan.ts'
import { displayName, type ObjectName, type OtherObject, type Schema } from '../core/schema.ts'
import { isAccepted } from './settle.ts'

/** What is known of the target. */
export interface KeptOn {
  readonly schema: Schema
  readonly can: Pick<Capabilities, 'canDisableTriggers'>
}

/** PostgreSQL alone ties foreign keys to triggers: elsewhere every session may switch them off. */
const keysStay = ({ schema, can }: KeptOn): boolean => schema.engine === 'postgres' && !can.canDisableTriggers

/** Tables in phases, those that others point at first; those that point at themselves move in the order of their key, in one lane. */
export function parentsFirst(tables: readonly TablePlan[], target: KeptOn): readonly TablePlan[] {
  const parents = parentsThere(tables, target)
  if (parents.size === 0) return tables
  const waits = (name: string) => (parents.get(name) ?? []).filter((p) => p !== name && parents.has(p))
  const phases = new Map<string, number>()
  for (let phase = 0; phases.size < parents.size; phase++) {
    const left = [...parents.keys()].filter((name) => !phases.has(name))
    const ready = left.filter((name) => waits(name).every((p) => phases.has(p)))
    for (const name of ready.length > 0 ? ready : left) phases.set(name, phase)
  }
  return tables.map((t) => {
    const name = displayName(t.target.name)
    const phase = phases.get(name)
    if (phase === undefined) return t
    const itself = parents.get(name)?.includes(name)
    return { ...t, phase: t.phase ?? phase, ...(itself && { serial: true as const }) }
  })
}

type Parents = ReadonlyMap<string, readonly string[]>

/** What the foreign keys of each table point at that is there already, by name; of none where keys can be switched off. */
function parentsThere(tables: readonly TablePlan[], target: KeptOn): Parents {
  if (!keysStay(target)) return new Map()
  const known = new Map(target.schema.tables.map((t) => [displayName(t.name), t]))
  return new Map(
    tables.filter(isExisting).map((t) => {
      const name = displayName(t.target.name)
      return [name, (known.get(name) ?? t.target).foreignKeys.map((f) => displayName(f.references))]
    }),
  )
}

/** Findings KEYS_STAY and TRIGGERS_FIRE. */
export function keptOnFindings(tables: readonly TablePlan[], target: KeptOn, options: CopyOptions): Finding[] {
  const parents = parentsThere(tables, target)
  return tables
    .filter(isExisting)
    .flatMap((t) => [
      ...circles(t, parents, options),
      ...triggersOf(t, target).map((trigger): Finding => fires(t, trigger, target, options)),
    ])
}

function circles(t: TablePlan, parents: Parents, options: CopyOptions): Finding[] {
  const own = displayName(t.target.name)
  const way = wayBack(own, (name) => parents.get(name) ?? [])
  if (way === null) return []
  const code = 'KEYS_STAY'
  return [
    {
      code,
      table: t.label,
      column: null,
      count: t.rows,
      samples: [],
      message: `foreign keys lead from ${own} back to it (${way.join(' → ')}), and this user cannot switch them off: a row that comes before the row that it points at is refused`,
      ways: [
        'GRANT SET ON PARAMETER session_replication_role TO this user (PostgreSQL 15 and later), or connect as one who may',
        'drop the keys before the copy, and make them again afterwards',
        `--accept ${code}:${t.label} where the order of the key brings parents first`,
      ],
      severity: isAccepted(options, code, t.label, null) ? 'accepted' : 'blocks',
    },
  ]
}

/** A way over foreign keys from a table back to it, null where there is none. */
function wayBack(start: string, parents: (name: string) => readonly string[]): string[] | null {
  const seen = new Set<string>()
  const queue = [[start]]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of parents(path.at(-1) ?? start)) {
      if (next === start) return [...path, start]
      if (seen.has(next)) continue
      seen.add(next)
      queue.push([...path, next])
    }
  }
  return null
}

/** Triggers that rows of this plan would set off. */
function triggersOf(t: TablePlan, { schema, can }: KeptOn): OtherObject[] {
  const same = (a: ObjectName | undefined) => a !== undefined && displayName(a) === displayName(t.target.name)
  const events = t.upsert === undefined ? 'INSERT' : 'INSERT|UPDATE'
  const heeds = new RegExp(`\\b(?:BEFORE|AFTER)\\s+(?:(?!\\bON\\b)[\\s\\S])*?\\b(?:${events})\\b`, 'i')
  return schema.others.filter((o) => {
    if (o.kind !== 'trigger' || !same(o.table) || !heeds.test(o.definition)) return false
    const enabled = /\b(DISABLE|ENABLE REPLICA|ENABLE ALWAYS) TRIGGER [^;]*$/.exec(o.definition)?.[1]
    // As a replica, a session sets off those of replicas and those that always fire.
    return can.canDisableTriggers
      ? enabled === 'ENABLE REPLICA' || enabled === 'ENABLE ALWAYS'
      : enabled === undefined || enabled === 'ENABLE ALWAYS'
  })
}

function fires(t: TablePlan, trigger: OtherObject, target: KeptOn, options: CopyOptions): Finding {
  const code = 'TRIGGERS_FIRE'
  const cause =
    target.schema.engine === 'mysql' ? 'MySQL has no way to switch it off' : 'it cannot be switched off by this user'
  return {
    code,
    table: t.label,
    column: null,
    count: t.rows,
    samples: [],
    message: `the trigger ${trigger.name.name} of ${displayName(t.target.name)} would run for every row: ${cause}`,
    ways: ['drop it before the copy, and make it again afterwards', `--accept ${code}:${t.label} where it may run`],
    severity: isAccepted(options, code, t.label, null) ? 'accepted' : 'blocks',
  }
}
