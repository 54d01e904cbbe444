/** Parents that rows of the target name and no row of the source does: texts and uuids, between which no range leads to them. */
import { BATCH } from '../../core/batch.ts'
import { valueDecoder } from '../../core/decode.ts'
import type { Database } from '../../core/engine.ts'
import type { KeyValue } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { Column } from '../../core/schema.ts'
import { Tuple } from '../../transfer/tuple.ts'
import { type Scope, wayUp } from './scope.ts'

/** Parents that the source is asked for at once. */
const LIST = 1000

interface Asked {
  readonly scope: Scope
  /** Of all tables, the transfer's own first. */
  readonly plans: readonly TablePlan[]
  readonly source: Database
  readonly target: Database
}

/** Whether both sides spell a parent alike. */
function alike({ from, to }: Scope): boolean {
  const plain = ({ type: { logical } }: Column) =>
    logical.kind === 'uuid' || (logical.kind === 'text' && !logical.fixed)
  return from.type.logical.kind === to.type.logical.kind && plain(from) && plain(to)
}

/** Each with the number of its rows on the target, which are read once; none where the sides spell parents in ways of their own. */
export async function goneParents(i: Asked): Promise<Map<string, number>> {
  const gone = new Map<string, number>()
  if (!alike(i.scope)) return gone
  let waiting = new Map<string, number>()
  const ask = async () => {
    const there = await known(i, [...waiting.keys()])
    for (const [parent, rows] of waiting) if (!there.has(parent)) gone.set(parent, rows)
    waiting = new Map()
  }
  for await (const parent of named(i)) {
    const list = gone.has(parent) ? gone : waiting
    list.set(parent, (list.get(parent) ?? 0) + 1)
    if (waiting.size >= LIST) await ask()
  }
  if (waiting.size > 0) await ask()
  return gone
}

/** The parents of all rows of the target that name one. */
async function* named(i: Asked): AsyncGenerator<string> {
  for (const plan of i.plans) {
    const way = wayUp(i.scope, i.plans[0], plan)
    const column = plan.columns.find((c) => c.target.name === way?.column && way?.through === null)
    if (column === undefined) continue
    const { target, wire } = column
    const value = valueDecoder(wire)
    const t = new Tuple(1)
    const source = i.target.source(plan.target, [{ name: target.name, column: target, wire }], { key: null })
    for await (const { bytes, rows, release } of source.read({ kind: 'all' }, BATCH)) {
      for (let n = 0, next = 0; n < rows; n++) {
        next = t.scan(bytes, next)
        if (!t.isNull(0)) yield String(value(t.bytes, t.at[0] + 4, t.at[1]))
      }
      release()
    }
  }
}

/** Those that rows of the source have, spelled so. */
async function known(i: Asked, parents: readonly KeyValue[]): Promise<ReadonlySet<string>> {
  const { dialect } = i.source.engine
  const [{ where, source }] = i.plans
  const name = dialect.quote(i.scope.from.name)
  const among = `${name} IN (${parents.map((p) => dialect.literal(p)).join(', ')})`
  const rest = `FROM ${dialect.table(source.name)} WHERE ${where === undefined ? among : `(${where}) AND ${among}`}`
  // Of texts that a collation takes for one each is wanted.
  const rows = await i.source.query(
    i.scope.from.type.logical.kind === 'text'
      ? `SELECT min(${name}) AS parent ${rest} GROUP BY ${dialect.exactly(name)}`
      : `SELECT DISTINCT ${name} AS parent ${rest}`,
  )
  return new Set(rows.map((r) => String(r.parent)))
}
