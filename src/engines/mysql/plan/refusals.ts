/** Changes of columns that no statement of the server's can do: told, and left out of the plan. */
import { displayName, type Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { nativeName } from '../native.ts'
import type { ColumnChange } from './columns.ts'
import type { Planning, TableChange } from './names.ts'

/** Those that can be done. */
export function possible(p: Planning, { from }: TableChange, columns: readonly ColumnChange[]): ColumnChange[] {
  return columns.filter((c) => {
    const why = uncastable(c) ?? (p.features.renamesInExpressions ? null : followed(from, c))
    if (why === null) return true
    p.refuse({ object: `column ${displayName(from.name)}.${c.from?.name ?? ''}`, why })
    return false
  })
}

/** Types that are cast from and to texts only. */
const CLOSED = /^(uuid|inet4|inet6)$/
const SHAPES = /^(geometry|point|linestring|polygon|multi(point|linestring|polygon)|geom(etry)?collection)$/

function uncastable({ from, to, anew }: ColumnChange): string | null {
  if (from === null || to === null || anew) return null
  const [a, b] = [nativeName(from.type.native), nativeName(to.type.native)]
  if (a === b || (SHAPES.test(a) && SHAPES.test(b))) return null
  const texts = (kind: string) => kind === 'text' || kind === 'bytes'
  const closed = CLOSED.test(a) || CLOSED.test(b) || SHAPES.test(a) || SHAPES.test(b)
  const passes = texts(from.type.logical.kind) || texts(to.type.logical.kind)
  if (!closed || (passes && !SHAPES.test(a) && !SHAPES.test(b))) return null
  return `the server does not cast ${a} to ${b}: add a column, fill it, and drop the old one`
}

/** MySQL refuses to rename a column that a generated column is computed from. */
function followed(table: Table, { from, to }: ColumnChange): string | null {
  if (from === null || to === null || from.name === to.name) return null
  const follower = table.columns.find((g) => g.generated?.expression.includes(quote(from.name)))
  if (follower === undefined) return null
  return `MySQL does not rename a column that ${follower.name} is computed from: drop and add ${follower.name} around it`
}
