import { expect, test } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import { liveDisplay } from './live.ts'
import { logDisplay } from './log.ts'
import { displayWidth } from './width.ts'

const chunk = { type: 'chunk', table: '회원', read: 50, written: 50, rejected: 0, bytes: 4000 } as const
const data = { type: 'phase', phase: 'data', state: 'begin' } as const
const run = { type: 'run', run: 'r1', resumed: false, tables: 1, rows: 100 } as const

/** What a terminal shows after all that was written to it: enough of its language for what `live` writes. */
function screen(written: string): string[] {
  const lines = ['']
  for (const part of written.split(/(\u001b\[\d+A|\u001b\[0J|\u001b\[\?25[lh]|\n)/)) {
    const up = /^\u001b\[(\d+)A$/.exec(part)
    if (up !== null) lines.length = Math.max(1, lines.length - Number(up[1]))
    else if (part === '\u001b[0J') lines[lines.length - 1] = ''
    else if (part === '\n') lines.push('')
    else if (!part.startsWith('\u001b[?25')) lines[lines.length - 1] += part
  }
  return lines.filter((line) => line !== '')
}

test('a few lines are drawn again in place, ten times a second and not with every event', () => {
  const io = fakeIo({ tty: true, columns: 80 })
  const live = liveDisplay(io)
  for (const event of [data, run]) live.report(event)
  const before = io.err().length
  for (let i = 0; i < 1000; i++) live.report({ ...chunk, read: 0 })
  expect(io.err().length).toBe(before)
  live.report(chunk)
  io.advance(1000)
  io.advance(100)
  const shown = screen(io.err())
  expect(shown).toHaveLength(2)
  expect(shown[0]).toMatch(/^ {2}data +█+░+ {2}50% {2}50 of 100 rows/)
  expect(shown[1]).toMatch(/^ {2}회원 /)
  for (const line of shown) expect(displayWidth(line)).toBeLessThan(80)
})

test('notes stay above the moving lines, and the end leaves only them and a visible cursor', () => {
  const io = fakeIo({ tty: true, columns: 80 })
  const live = liveDisplay(io)
  for (const event of [data, run, chunk]) live.report(event)
  io.advance(100)
  live.report({ type: 'warning', message: 'disk\u001b[2J is nearly full' })
  expect(screen(io.err())[0]).toBe('warning: disk\\u001b[2J is nearly full')
  live.close()
  expect(screen(io.err())).toEqual(['warning: disk\\u001b[2J is nearly full'])
  expect(io.err().endsWith('\u001b[?25h')).toBe(true)
  const after = io.err().length
  io.advance(1000)
  expect(io.err().length).toBe(after)
})

test('a flood of refused rows is not told one by one', () => {
  const io = fakeIo({ tty: true })
  const live = liveDisplay(io)
  for (let i = 0; i < 500; i++) live.report({ type: 'reject', table: 't', key: String(i), reason: 'no' })
  live.close()
  expect(screen(io.err())).toHaveLength(10)
})

test('without a terminal: plain lines, few, each with the time', () => {
  const io = fakeIo()
  const log = logDisplay(io)
  for (const event of [data, run]) log.report(event)
  for (let i = 0; i < 120; i++) {
    io.advance(100)
    log.report({ ...chunk, read: 1 })
  }
  log.report({ type: 'table', table: '회원', rows: 100, state: 'end' })
  log.report({ type: 'phase', phase: 'data', state: 'end', ms: 12_000 })
  log.close()
  const lines = io.err().trimEnd().split('\n')
  expect(lines).toEqual([
    expect.stringMatching(/^\[ +5\.0 s\] data {2}\d+% {2}\d+ of 100 rows/),
    expect.stringMatching(/^\[ +10\.0 s\] data /),
    '[  12.0 s] 회원: 100 rows',
    '[  12.0 s] data done in 12.0 s',
  ])
  expect(io.err()).not.toContain('\u001b')
})
