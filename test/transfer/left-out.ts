/** A configuration whose function says nothing of some columns. */
import { defineConfig } from '../../src/app/config-form.ts'
import { type Col, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'

type Note = { id: Col<'bigint'>; text: Col<'text'>; seen: Col<'text', 'null'>; state: Col<'text', 'default'> }
const old = table<{ id: Col<'bigint'>; text: Col<'text'> }>('old', 'note')
const note = table<Note>('new', 'note')
const count = table<{ note_id: Col<'bigint'>; likes: Col<'bigint', 'null'>; words: Col<'bigint'> }>('new', 'note_count')

const notes = transfer('notes', {
  from: old,
  to: note,
  into: [count],
  write: 'append',
  columns: { id: 'id' },
  row: (row, ctx) => [
    row.text === 'clear' ? { text: row.text, seen: null } : { text: row.text },
    ctx.into(count, { note_id: row.id, words: row.text.split(' ').length }),
  ],
})

export default defineConfig({
  databases: { old: 'sqlite:old.db', new: 'sqlite:new.db' },
  transfers: { all: [notes] },
})
