/** Triggers: what fires at one moment of one table fires in an order, which only making them anew can change. */
import type { Step } from '../../../core/change.ts'
import type { OtherObject } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { definerSql, underItsSettings } from '../object-sql.ts'
import { longestRun } from './columns.ts'
import { type Planning, type Sorted, step } from './names.ts'

const label = (o: OtherObject): string => `trigger ${o.table?.name ?? ''}.${o.name.name}`

/** `BEFORE INSERT` of a normalized definition, with its table: what makes a group. */
function momentOf(o: OtherObject): string {
  return JSON.stringify([o.table?.name, /^\w+ \w+/.exec(o.definition)?.[0] ?? ''])
}

/** What a trigger is, apart from its place. */
function content(o: OtherObject): string {
  return JSON.stringify([o.name.name, momentOf(o), o.definition, o.owner, o.options?.sql_mode])
}

interface Wanted {
  readonly trigger: OtherObject
  /** Stays as it is. */
  readonly stays: boolean
  readonly place: string
}

/** Triggers that differ, and those that must be made anew for the sake of their order. */
function wanted(p: Planning, sorted: Sorted): Wanted[] {
  const renamed = new Map(sorted.altered.map((c) => [c.from.name.name, c.to.name]))
  const before = p.from.others
    .filter((o) => o.kind === 'trigger')
    .map((o) => ({ ...o, table: renamed.get(o.table?.name ?? '') ?? o.table }))
  const groups = Map.groupBy(
    p.to.others.filter((o) => o.kind === 'trigger'),
    momentOf,
  )
  return [...groups.values()].flatMap((group) => {
    const positions = group.map((t) => before.findIndex((b) => content(b) === content(t)))
    const still = longestRun(positions)
    return group.map((trigger, i): Wanted => {
      const next = group.findIndex((_, k) => k > i && still.has(k))
      const place =
        i > 0
          ? ` FOLLOWS ${quote(group[i - 1].name.name)}`
          : next > 0
            ? ` PRECEDES ${quote(group[next].name.name)}`
            : ''
      return { trigger, stays: still.has(i), place }
    })
  })
}

/** Those that go or change, before anything else: they may name what changes. */
export function dropTriggerSteps(p: Planning, sorted: Sorted): Step[] {
  const staying = new Set(
    wanted(p, sorted)
      .filter((w) => w.stays)
      .map((w) => w.trigger.name.name),
  )
  const kept = new Set(p.to.others.filter((o) => o.kind === 'trigger').map((o) => o.name.name))
  const touched = new Set(
    [...sorted.objectsDropped, ...sorted.objectsAltered.map((c) => c.from)]
      .filter((o) => o.kind === 'trigger')
      .map((o) => o.name.name),
  )
  return p.from.others
    .filter(
      (o) => o.kind === 'trigger' && (touched.has(o.name.name) || kept.has(o.name.name)) && !staying.has(o.name.name),
    )
    .map((o) => {
      const back = kept.has(o.name.name)
      return step(
        `DROP TRIGGER ${quote(o.name.name)}`,
        back ? 'differs, or fires in another order: made anew below' : 'not there any more',
        label(o),
        {
          hazards: back ? [] : [{ kind: 'drop-object', what: `${label(o)} goes` }],
        },
      )
    })
}

/** Those that are new or were dropped to change. */
export function triggerSteps(p: Planning, sorted: Sorted): Step[] {
  return wanted(p, sorted)
    .filter((w) => !w.stays)
    .map(({ trigger: t, place }) => {
      const definer = t.owner === undefined ? '' : ` DEFINER=${definerSql(t.owner)}`
      const [head, body] = split(t.definition)
      const sql = `CREATE${definer} TRIGGER ${quote(t.name.name)} ${head} ON ${quote(t.table?.name ?? '')} FOR EACH ROW${place} ${body}`
      return step(
        underItsSettings(t, sql),
        place === '' ? 'differs, or is new' : `in its place:${place.replaceAll('`', '')}`,
        label(t),
      )
    })
}

const MARK = ' FOR EACH ROW '

function split(definition: string): readonly [string, string] {
  const at = definition.indexOf(MARK)
  return [definition.slice(0, at), definition.slice(at + MARK.length)]
}
