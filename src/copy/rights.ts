/** Rights that the users of source and target lack, told before anything is made. */
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import { type Finding, isMade, type TablePlan } from '../core/plan.ts'
import type { Deed, Intent, MissingRights } from '../core/rights.ts'
import type { ObjectName } from '../core/schema.ts'
import { isAccepted } from './settle.ts'

/** Throws PERMISSION_DENIED where this user may not read a table. */
export async function checkReadable(source: Database, tables: readonly ObjectName[]): Promise<void> {
  const missing =
    (await source.missingRights?.({ intents: tables.map((table) => ({ table, deeds: ['select'] })) })) ?? []
  if (missing.length === 0) return
  const grants = missing.map((m) => m.grant)
  throw new NaruError(
    'PERMISSION_DENIED',
    `the user ${missing[0].user} may not read ${some(missing.map((m) => m.object))}`,
    {
      why: `what is missing: ${[...new Set(missing.flatMap((m) => m.rights))].join(', ')}`,
      hint: `Have somebody run ${grants.slice(0, FEW).join(' ')}${more(grants.length)} or leave such tables out.`,
      state: 'nothing was changed',
      details: { grants },
    },
  )
}

/** RIGHTS_MISSING: what the user of the target may not do of what the plan is about to. One finding for tables that lack the same. */
export async function rightsFindings(
  tables: readonly TablePlan[],
  target: Database,
  options: CopyOptions,
): Promise<Finding[]> {
  const missing = (await target.missingRights?.({ intents: tables.map(intentOf), ledger: true })) ?? []
  const groups = Map.groupBy(missing, (m) => `${m.rights.join(', ')} on ${kindOf(m)}`)
  return [...groups.values()].map((group) => finding(group, options))
}

const FEW = 5

const more = (count: number) => (count > FEW ? ` … (${count} in all)` : '')

const some = (names: readonly string[]) => `${names.slice(0, FEW).join(', ')}${more(names.length)}`

const kindOf = ({ object }: MissingRights) => object.split(' ')[0]

function finding(group: readonly MissingRights[], options: CopyOptions): Finding {
  const code = 'RIGHTS_MISSING'
  const [first] = group
  const place = group.length === 1 ? first.object : `${group.length} ${kindOf(first)}s`
  return {
    code,
    table: place,
    column: null,
    count: group.length,
    samples: [],
    message: `the user ${first.user} lacks ${first.rights.join(', ')} on ${some(group.map((m) => m.object))}, which this copy needs`,
    ways: [group.map((m) => m.grant).join(' '), `--accept ${code} to try all the same`],
    severity: isAccepted(options, code, place, null) ? 'accepted' : 'blocks',
  }
}

/** What becomes of a table on the target, as deeds. */
function intentOf(t: TablePlan): Intent {
  const made = isMade(t)
  const deeds: Deed[] = made ? ['create'] : ['select', 'insert']
  if (t.action === 'drop and create') deeds.push('drop')
  if (t.action === 'truncate') deeds.push(t.refresh === undefined ? 'empty' : 'delete')
  if (t.upsert !== undefined) deeds.push('update')
  // After a mapping the counter is set behind the greatest key that is there.
  const reached = t.stage !== undefined && t.target.columns.some((c) => c.identity !== undefined)
  if (t.target.counter !== undefined || reached) deeds.push('number')
  if (made && t.target.foreignKeys.length > 0) deeds.push('refer')
  return { table: t.target.name, deeds }
}
