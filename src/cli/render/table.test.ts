import { expect, test } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import { styleOf } from './style.ts'
import { textTable } from './table.ts'
import { displayWidth } from './width.ts'

const style = (columns: number, env: Record<string, string> = { NO_COLOR: '1' }) =>
  styleOf(fakeIo({ tty: true, columns }).stdout, env)

test('columns stand in line whatever the script, numbers at the right', () => {
  const lines = textTable(
    {
      columns: [{ title: 'table' }, { title: 'rows', number: true }, { title: 'x' }],
      rows: [
        ['users', '12,000', 'a'],
        ['회원', '7', 'b'],
      ],
      total: ['in all', '12,007', ''],
    },
    style(80),
  )
  expect(lines).toEqual(['  table     rows  x', '  users   12,000  a', '  회원         7  b', '  in all  12,007'])
})

test('the flexible column takes what room is left and wraps', () => {
  const lines = textTable(
    {
      columns: [{ title: 'code' }, { title: 'why', flex: true }],
      rows: [['LONG', 'a sentence of words that does not fit onto one line of sixty cells at all']],
    },
    style(60),
  )
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(60)
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(
    'a sentence of words that does not fit onto one line of sixty cells at all',
  )
})

test('without a flexible column the first one gives way', () => {
  const [, row] = textTable(
    { columns: [{ title: 'table' }, { title: 'rows', number: true }], rows: [['x'.repeat(80), '1']] },
    style(60),
  )
  expect(displayWidth(row)).toBeLessThanOrEqual(60)
  expect(row).toMatch(/^ {2}x+… {2,}1$/)
})

test('control characters of a name stay letters', () => {
  const [line] = textTable({ columns: [{ title: '' }], rows: [['a\u001b[2Jb']], head: false }, style(80))
  expect(line).toBe('  a\\u001b[2Jb')
})

test('colours only where they are wanted', () => {
  const red = (columns: number, env: Record<string, string>) =>
    textTable({ columns: [{ title: '' }], rows: [[{ text: 'no', tone: 'bad' }]], head: false }, style(columns, env))[0]
  expect(red(80, {})).toContain('\u001b[31m')
  expect(red(80, { NO_COLOR: '1' })).toBe('  no')
  expect(red(80, { TERM: 'dumb' })).toBe('  no')
  const piped = fakeIo().stdout
  expect(styleOf(piped, {}).tone('bad', 'no')).toBe('no')
  expect(styleOf(piped, { FORCE_COLOR: '1' }).tone('bad', 'no')).toContain('\u001b[31m')
})
