/** Changes as lines that a test can name. */
import type { Change, Edit } from '../../src/core/change.ts'

function editLines(e: Edit): string[] {
  if (e.part === 'option') return [`option ${e.name}: ${e.from} → ${e.to}`]
  if (e.part === 'order') return [`order: ${e.from} → ${e.to}`]
  if (e.from === null || e.to === null) return [`${e.from === null ? '+' : '-'} ${e.part} ${(e.from ?? e.to)!.name}`]
  return e.aspects.map((a) => `${e.part} ${e.from!.name}: ${a.name} ${a.from} → ${a.to}`)
}

/** `part name: aspect from → to`, one line an aspect. */
export function changeLines(changes: readonly Change[]): string[] {
  return changes.flatMap((c) => {
    if (c.kind === 'alter') return c.edits.flatMap(editLines)
    const what = c.object.kind === 'table' ? c.object.table : c.object.object
    return [`${c.kind} ${what.name.name}`]
  })
}
