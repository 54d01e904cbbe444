/** A target opened for mending: its tables, each looked at when its first row comes. */
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { ApplyRepairOptions } from '../../core/repair.ts'
import type { ObjectName } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { type Changer, openChanger } from '../../verify/repair/changer.ts'
import { type Mendable, mendable, ownColumns } from '../../verify/repair/mendable.ts'
import type { RawValue } from '../../verify/tuple-key.ts'
import { openDatabase } from '../open.ts'

/** How long a row that others hold is waited for, in milliseconds. */
const LOCK_MS = 10_000

/** Opens the target for changes of its rows. Throws UNSUPPORTED where its engine has none. */
export async function openTarget(to: Address, o: ApplyRepairOptions): Promise<Database> {
  const target = await openDatabase(to, { role: 'target', alters: true })
  const sql = target.engine.dialect.mend
  if (sql === undefined || target.repairs === undefined) {
    await target.close()
    throw new NaruError('UNSUPPORTED', `the rows of ${to.label} cannot be mended`, {
      why: `a ${target.engine.name} folder has no transactions`,
      hint: 'Copy the tables that differ again: naru copy FROM TO --tables NAMES --if-exists drop.',
      state: 'nothing was changed',
    })
  }
  for (const statement of sql.session) await target.execute(statement)
  await target.setPatience?.({ lock: o.lockTimeout ?? LOCK_MS })
  return target
}

/** Tables by number, each opened when it is first asked for. */
export interface Changers extends AsyncDisposable {
  of(table: number): Promise<Changer>
  /** The table as it is found and read, once it has been opened. */
  table(table: number): Promise<Mendable>
}

/** Tables of plans on one target. Throws UNSUPPORTED for triggers that cannot be set aside. */
export function changersOf(
  target: Database,
  plans: readonly TablePlan[],
  raw: RawValue,
  o: ApplyRepairOptions,
): Changers {
  const opened = new Map<number, Promise<Changer>>()
  const open = async (t: number) => {
    const m = await mendable(target, plans[t], raw)
    refuseTriggers(m, o)
    return openChanger(m)
  }
  const of = (t: number) => {
    const changer = opened.get(t) ?? open(t)
    opened.set(t, changer)
    return changer
  }
  return {
    of,
    table: async (t) => (await of(t)).table,
    async [Symbol.asyncDispose]() {
      for (const changer of opened.values()) await changer.then((c) => c[Symbol.asyncDispose]()).catch(() => {})
    },
  }
}

function refuseTriggers(m: Mendable, o: ApplyRepairOptions): void {
  const { triggers, aside } = m.around
  if (o.triggers !== 'off' || triggers.length === 0 || aside !== undefined) return
  throw new NaruError('UNSUPPORTED', `the triggers of ${m.plan.target.name.name} cannot be kept from firing`, {
    why: `MySQL and MariaDB have no switch for ${triggers.join(', ')}`,
    hint: 'Leave --triggers off out, or drop the triggers for the time of the repair.',
    state: 'nothing was changed in this table',
  })
}

/** What a target must know of a table to take a repair of it back. */
export interface StoredTable {
  readonly label: string
  readonly target: ObjectName
  /** Key columns on the target; null without a key. */
  readonly key: readonly string[] | null
  /** Columns of images, in the target's own form. */
  readonly own: readonly StoredColumn[]
  /** Columns as compared: images of rows that were inserted without a key. */
  readonly pair: readonly StoredColumn[]
}

interface StoredColumn {
  readonly name: string
  readonly wire: WireType
}

/** The header of a repair's record. */
export function storedTables(target: Database, plans: readonly TablePlan[]): string {
  const tables = plans.map(
    (p): StoredTable => ({
      label: p.label,
      target: p.target.name,
      key: p.key?.flatMap((k) => p.columns.filter((c) => c.source.name === k).map((c) => c.target.name)) ?? null,
      own: ownColumns(target, p).map(({ name, wire }) => ({ name, wire })),
      pair: p.columns.map((c) => ({ name: c.target.name, wire: c.wire })),
    }),
  )
  return JSON.stringify({ tables })
}
