/** The way back. */
import type { Aspect, Change, Edit } from '../core/change.ts'

const aspectBack = (a: Aspect): Aspect => ({ name: a.name, from: a.to, to: a.from })

/** The edit that undoes an edit. Its own inverse. */
function invertEdit(edit: Edit): Edit {
  return { ...edit, from: edit.to, to: edit.from, aspects: edit.aspects.map(aspectBack) } as Edit
}

/** The change that undoes a change. `invert(invert(c))` equals `c`. */
export function invert(change: Change): Change {
  switch (change.kind) {
    case 'create':
      return { kind: 'drop', object: change.object }
    case 'drop':
      return { kind: 'create', object: change.object }
    case 'alter':
      return { kind: 'alter', from: change.to, to: change.from, edits: change.edits.map(invertEdit) }
  }
}
