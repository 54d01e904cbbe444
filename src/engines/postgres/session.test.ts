import { expect, test } from 'vitest'
import type { Channel } from './channel.ts'
import { copyDataHead, FROM_SERVER } from './messages.ts'
import { type RowTap, Session } from './session.ts'

/** A channel that sends nothing, and ends without a word. */
const silent: Channel = {
  paced: true,
  send() {},
  pause() {},
  resume() {},
  async cancel() {},
  async close() {},
}

const rowOf = (body: string) => Buffer.concat([copyDataHead(body.length), Buffer.from(body)])

function rowsTo(seen: string[]): RowTap {
  return {
    type: FROM_SERVER.copyData,
    begin: (length) => seen.push(`${length}:`),
    data: (chunk, start, end) => seen.push(Buffer.from(chunk.subarray(start, end)).toString()),
    end: () => seen.push('.'),
  }
}

test('closed in the middle of a row, a session takes no more of what still comes', async () => {
  const session = new Session(() => silent)
  const seen: string[] = []
  const rows = session.stream('COPY t TO STDOUT (FORMAT binary)', rowsTo(seen))
  rows.catch(() => {})
  const row = rowOf('a row of some length')
  session.data(row.subarray(0, 12))
  const closed = session.close()
  session.data(Buffer.concat([row.subarray(12), row]))
  await closed
  await expect(rows).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect(seen).toEqual(['20:', 'a row o'])
})

test('closed by the one who takes its rows, a session gives none of the others that came along', async () => {
  const session: Session = new Session(() => silent)
  const seen: string[] = []
  const tap = rowsTo(seen)
  const rows = session.stream('COPY t TO STDOUT (FORMAT binary)', { ...tap, end: () => session.lost('enough') })
  rows.catch(() => {})
  session.data(Buffer.concat([rowOf('one'), rowOf('two')]))
  await expect(rows).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect(seen).toEqual(['3:', 'one'])
})
