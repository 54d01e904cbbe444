/** Rows that stand in each other's way in a circle: found among those that were left, and written together. */
import { type Account, addChanges } from './account.ts'
import type { CarryOutInput } from './carry-out-input.ts'
import { bytesOf, type Changed, type PlannedRow } from './change.ts'
import type { Changer } from './changer.ts'
import { components } from './cycles.ts'
import { type Ends, type EndsOf, endsOf, type Link, linksOf } from './links.ts'
import { writeTogether } from './together.ts'
import type { TiedRow } from './untangle.ts'

/** Rows that are in memory together, unless one circle has more. */
const MOST = 20_000

/** A row of a circle that is not read yet. */
type Tie = Omit<TiedRow, 'row'>

export interface UntieInput {
  readonly carry: CarryOutInput
  readonly account: Account
  /** Numbers of the rows that something stood in the way of. */
  readonly open: ReadonlySet<number>
  /** Rows and bytes of a transaction, unless one circle has more. */
  readonly most: { readonly rows: number; readonly bytes: number }
  /** Waits until rows may be written; throws STOPPED. */
  turn(rows: readonly PlannedRow[]): Promise<void>
}

/** Writes the circles among rows that were left. Gives back, by number, why others cannot be written. */
export async function untie(i: UntieInput): Promise<ReadonlyMap<number, string>> {
  const changers = new Map<number, Changer>()
  const tangled = new Map<number, string>()
  const circles = await circlesOf(i, changers)
  for (const some of packed(circles, (circle) => circle.length / MOST)) {
    const read = await tiedRows(i, some.flat())
    const rows = some.map((circle) => circle.flatMap((tie) => read.get(tie.ends.n) ?? []))
    const share = (circle: readonly TiedRow[]) =>
      Math.max(circle.length / i.most.rows, circle.reduce((n, t) => n + bytesOf(t.row), 0) / i.most.bytes)
    for (const part of packed(rows, share)) await write(i, changers, part.flat(), tangled)
  }
  return tangled
}

/** The circles, each after those that it waits for. */
async function circlesOf(i: UntieInput, changers: Map<number, Changer>): Promise<Tie[][]> {
  const all = new Map<number, Ends>()
  const looks = new Map<number, EndsOf>()
  for await (const row of i.carry.rows()) {
    if (!i.open.has(row.change.n)) continue
    const ends = await looked(i, row, changers, looks)
    if (ends !== null) all.set(row.change.n, ends)
  }
  const links = linksOf([...all.values()])
  const of = (n: number): readonly Link[] => links.get(n) ?? []
  const parts = components([...all.keys()], (n) => of(n).map((l) => l.on))
  return parts
    .filter((part) => isCircle(part, of))
    .map((part, circle) => part.map((n) => ({ ends: all.get(n) as Ends, links: of(n), circle })))
}

/** Whether foreign keys are among what closes it. Where rows merely exchange values, they do so in the company of any others. */
function isCircle(part: readonly number[], of: (n: number) => readonly Link[]): boolean {
  const own = new Set(part)
  return part.some((n) => of(n).some((link) => link.why !== 'unique' && own.has(link.on)))
}

/** How a row hangs together with others; null without a key, by which it is found again. */
async function looked(
  i: UntieInput,
  row: PlannedRow,
  changers: Map<number, Changer>,
  looks: Map<number, EndsOf>,
): Promise<Ends | null> {
  const changer = changers.get(row.table) ?? (await i.carry.changer(row.table))
  changers.set(row.table, changer)
  const { plan, key, db } = changer.table
  if (key === null) return null
  // Only engines of their own kind have raw fields, so the target's way to read them is the source's.
  const look = looks.get(row.table) ?? endsOf(plan, db.engine.dialect.rawValue)
  looks.set(row.table, look)
  return look(row)
}

async function tiedRows(i: UntieInput, ties: readonly Tie[]): Promise<Map<number, TiedRow>> {
  const wanted = new Map(ties.map((t) => [t.ends.n, t]))
  const found = new Map<number, TiedRow>()
  for await (const row of i.carry.rows()) {
    const tie = wanted.get(row.change.n)
    if (tie !== undefined) found.set(row.change.n, { ...tie, row })
  }
  return found
}

/** Circles in runs of which each is full, or one circle. `share`: how much of a run one takes. */
function packed<T>(circles: readonly T[], share: (circle: T) => number): T[][] {
  const runs: T[][] = []
  let full = 1
  for (const circle of circles) {
    const more = share(circle)
    if (full + more > 1) {
      runs.push([])
      full = 0
    }
    runs.at(-1)?.push(circle)
    full += more
  }
  return runs
}

async function write(
  i: UntieInput,
  changers: ReadonlyMap<number, Changer>,
  rows: readonly TiedRow[],
  tangled: Map<number, string>,
): Promise<void> {
  const { carry, account } = i
  await i.turn(rows.map((r) => r.row))
  const known = new Map<number, Changed>()
  for (const [table, of] of Map.groupBy(rows, (r) => r.row.table)) {
    const changes = of.map((r) => r.row.change)
    for (const changed of (await carry.look?.(table, changes)) ?? []) known.set(changed.change.n, changed)
  }
  for await (const { table, done, stored } of writeTogether({ carry, changers, known, seq: () => account.seq }, rows)) {
    if (!stored) for (const { change, why } of done) tangled.set(change.n, why)
    else {
      addChanges(account, done, false)
      carry.done?.(table, done)
    }
  }
}
