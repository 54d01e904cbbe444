import { type Col, defineConfig, sync, table, transfer } from 'naru'

const old = table<{
  id: Col<'bigint', 'default'>
  post_id: Col<'bigint'>
  generation: Col<'bigint'>
  author: Col<'text', 'null'>
  text: Col<'text', 'null'>
  payload: Col<'text', 'null'>
  likes: Col<'bigint', 'default'>
  created: Col<'text'>
}>('old', 'comment_v1')

const comment = table<{
  id: Col<'bigint', 'default'>
  post_id: Col<'bigint'>
  author: Col<'text'>
  created: Col<'text'>
}>('new', 'comment')
const body = table<{ comment_id: Col<'bigint'>; body: Col<'text'> }>('new', 'comment_body')
const stats = table<{ comment_id: Col<'bigint'>; likes: Col<'bigint'> }>('new', 'comment_stats')

/** Who said what, in either generation. */
function said(row: { author: string | null; text: string | null; payload: string | null }) {
  if (row.payload === null) return { author: row.author ?? '', body: row.text ?? '' }
  const { who, body } = JSON.parse(row.payload) as { who: string; body: string }
  return { author: who, body }
}

const comments = transfer('comments', {
  from: old,
  to: comment,
  into: [body, stats],
  write: 'append',
  columns: { id: 'id' },
  row: (row, ctx) => {
    const { author, body: text } = said(row)
    return [
      { post_id: row.post_id, author, created: row.created },
      ctx.into(body, { comment_id: row.id, body: text }),
      ctx.into(stats, { comment_id: row.id, likes: row.likes }),
    ]
  },
})

export default defineConfig({
  databases: { old: process.env.OLD_URL ?? 'sqlite:old.db', new: process.env.NEW_URL ?? 'sqlite:new.db' },
  transfers: { resync: [comments] },
  syncs: [
    sync({
      name: 'comments',
      transfer: 'comments',
      schedule: '0 3 * * *',
      timezone: 'Asia/Seoul',
      missed: 'once',
      limits: { rows: 50_000 },
    }),
  ],
})
