/** Tables that go by another name: all in one statement, which the server does as a whole. */
import type { Step } from '../../../core/change.ts'
import { tableSql } from '../table-name.ts'
import { type Sorted, step } from './names.ts'

interface Pair {
  readonly from: string
  readonly to: string
}

/** The name that a table of a ring has for a moment. */
const ASIDE = 'naru_aside'

/** One step, or none. A name that is still taken is waited for; rings are opened by a name aside. */
export function renameSteps(sorted: Sorted): Step[] {
  const pairs = sorted.altered
    .map((c) => ({ from: c.from.name.name, to: c.to.name.name }))
    .filter((k) => k.from !== k.to)
  if (pairs.length === 0) return []
  const list = ordered(pairs).map((k) => `${tableSql({ name: k.from })} TO ${tableSql({ name: k.to })}`)
  const names = pairs.map((k) => k.to).join(', ')
  return [step(`RENAME TABLE ${list.join(', ')}`, 'renamed as told', `tables ${names}`)]
}

function ordered(pairs: readonly Pair[]): Pair[] {
  let left = [...pairs]
  const done: Pair[] = []
  while (left.length > 0) {
    const taken = new Set(left.map((k) => k.from))
    const free = left.filter((k) => !taken.has(k.to))
    if (free.length > 0) {
      done.push(...free)
      left = left.filter((k) => !free.includes(k))
      continue
    }
    const [first, ...rest] = left
    const aside = `${ASIDE}_${done.length}`
    done.push({ from: first.from, to: aside })
    left = [...rest, { from: aside, to: first.to }]
  }
  return done
}
