import { expect, test } from 'vitest'
import { badRun, goodRun, samplePlan, sampleVerify } from '../../test/cli/sample.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { RunReport, TableVerification } from '../core/report.ts'
import { cellText, type Report } from './report/document.ts'
import { planReport, verifyReport } from './report/other-reports.ts'
import { runReport, verdictOf, wholeVerdict } from './report/run-report.ts'
import { renderReport } from './report.ts'

/** Every text that a report says. */
function texts(r: Report): string[] {
  const blocks = r.sections.flatMap((s) => s.blocks)
  return [
    r.verdict.headline,
    r.verdict.sentence,
    ...r.figures.flatMap((f) => [f.label, f.value]),
    ...r.facts.map((f) => f.value),
    ...r.sections.flatMap((s) => [s.title, s.intro ?? '']),
    ...blocks.flatMap((b) => {
      if (b.kind === 'table') return [...b.columns.map((c) => c.title), ...b.rows.flat().map(cellText)]
      if (b.kind === 'list') return [...b.items]
      if (b.kind === 'bars') return b.items.flatMap((i) => [i.label, i.value])
      if (b.kind === 'picture') return []
      return b.kind === 'code' ? [b.title, b.code] : [b.text]
    }),
    ...r.footer,
  ]
}

const mappedPlan: CopyPlan = {
  ...samplePlan,
  mappings: [
    {
      transfer: 'goods',
      from: 'shop.goods',
      to: 'app.product',
      columns: [{ target: 'image', says: "img_url → file of 'images' | <b>" }],
      left: ['memo'],
      filled: [{ column: 'id', by: 'identity' }],
      write: 'replace',
    },
  ],
  files: [
    {
      store: 'images',
      columns: ['goods.img_url', 'goods.detail'],
      addresses: 320,
      files: 312,
      more: false,
      states: { done: 200, pending: 100, failed: 2, missing: 7, outside: 3 },
    },
  ],
}

const unmarked = (markdown: string) => markdown.replace(/\\([^a-z0-9\s])/gi, '$1').replaceAll('`', '')
const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
const visible = (text: string) => text.replaceAll('\u0000', '\\u0000').replaceAll('\u202e', '\\u202e')

test.each([
  ['a good run', { kind: 'run', report: goodRun } as const, runReport(goodRun)],
  ['a bad run', { kind: 'run', report: badRun } as const, runReport(badRun)],
  ['a verification', { kind: 'verify', report: sampleVerify } as const, verifyReport(sampleVerify)],
  ['a plan', { kind: 'plan', report: samplePlan } as const, planReport(samplePlan)],
  ['a plan of mappings', { kind: 'plan', report: mappedPlan } as const, planReport(mappedPlan)],
])('%s: the page and the Markdown say the same', (_what, reportable, document) => {
  const page = unescaped(renderReport(reportable, 'html'))
  const markdown = unmarked(renderReport(reportable, 'md'))
  for (const text of texts(document)) {
    expect(page).toContain(visible(text))
    for (const line of visible(text).replaceAll('`', '').split('\n'))
      expect(markdown.replace(/\s+/g, ' ')).toContain(line.trim().replace(/\s+/g, ' '))
  }
})

test('a plan of mappings says what becomes of columns, and counts files by what will be done with them', () => {
  const { sections } = planReport(mappedPlan)
  const rows = (id: string) =>
    sections
      .find((s) => s.id === id)
      ?.blocks.flatMap((b) => (b.kind === 'table' ? b.rows.map((r) => r.map(cellText)) : []))
  expect(rows('files')).toEqual([
    ['images', 'goods.img_url, goods.detail', '320', '312', '200', '102', '7 missing, 3 outside'],
  ])
  expect(rows('mappings')).toEqual([['image', "img_url → file of 'images' | <b>"]])
  expect(planReport(samplePlan).sections.map((s) => s.id)).not.toContain('files')
})

test('the page stands alone: nothing is loaded, nothing runs, names are no markup', () => {
  const page = renderReport({ kind: 'run', report: goodRun }, 'html')
  expect(page).not.toMatch(/<(script|link|img|iframe|object)\b/i)
  expect(page).not.toMatch(/\b(src|href)="(?!#)/)
  expect(page).not.toMatch(/url\(|@import/)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(page).toContain("default-src 'none'")
  for (const [open, close] of [
    ['<div', '</div>'],
    ['<section', '</section>'],
    ['<tr', '</tr>'],
    ['<td', '</td>'],
    ['<dl', '</dl>'],
  ]) {
    expect(page.split(open).length, open).toBe(page.split(close).length)
  }
})

test('an open finding ends its sentence before the ways out', () => {
  const findings = samplePlan.findings.map((f) => ({ ...f, severity: 'blocks' as const }))
  const page = renderReport({ kind: 'plan', report: { ...samplePlan, findings } }, 'md')
  expect(unmarked(page)).toContain('U+0000 cannot be stored in text. Ways out: --policy NUL_BYTE=replace')
})

test('digests of one and of two halves look alike', () => {
  const [first, ...rest] = goodRun.tables
  const shown = (digit: string, length: number) => {
    const digest = digit.repeat(length)
    const verification = { ...(first.verification as TableVerification), sourceDigest: digest, targetDigest: digest }
    const page = renderReport(
      { kind: 'run', report: { ...goodRun, tables: [{ ...first, verification }, ...rest] } },
      'html',
    )
    return page.split(`<td class="digest l"><code>${digest}</code>`).length - 1
  }
  expect([shown('a', 32), shown('b', 64), shown('c', 40)]).toEqual([2, 2, 0])
})

test('in Markdown a name with pipes, stars and backticks stays one cell of plain text', () => {
  const markdown = renderReport({ kind: 'run', report: goodRun }, 'md')
  const row = markdown.split('\n').find((line) => line.includes('alert') && line.includes('same digest'))
  expect(row).toContain('\\<script\\>alert(1)\\</script\\>\\|\\*\\_\\`x\\`')
  expect(row?.replaceAll('\\|', '').split('|')).toHaveLength(13)
})

test('JSON is the facts, integers beyond 2^53 as text', () => {
  const read = JSON.parse(renderReport({ kind: 'run', report: goodRun }, 'json'))
  expect(read).toMatchObject({ naru: 'run', run: goodRun.run, verdict: 'done', exit: 0, times: goodRun.times })
  expect(read.plan.tables[0].target.counter.next).toBe('1152921504606846976')
  expect(read.tables).toEqual(goodRun.tables)
})

test('the ledger accounts for rows that --where left out', () => {
  const ledger = runReport(goodRun).sections.find((s) => s.id === 'ledger')?.blocks[0]
  const row = ledger?.kind === 'table' ? ledger.rows[1].map(cellText) : []
  expect(row.slice(0, 8)).toEqual(['회원_등급', '7', '5', '0', '2', '0', '0', '✓'])
})

test('what is wrong stands before the proof', () => {
  const ids = runReport(badRun).sections.map((s) => s.id)
  expect(ids.slice(0, 4)).toEqual(['failed', 'differences', 'rejects', 'ledger'])
})

test('a counter that is behind the source is marked', () => {
  const counters = [
    { table: 't', column: 'id', source: '9223372036854775807', before: null, after: '9223372036854775806' },
    { table: 'u', column: 'id', source: '5', before: '9', after: '9' },
  ]
  const block = runReport({ ...goodRun, counters }).sections.find((s) => s.id === 'counters')?.blocks[0]
  const tones = block?.kind === 'table' ? block.rows.map((row) => (row[3] as { tone: string }).tone) : []
  expect(tones).toEqual(['bad', 'good'])
})

function verdict(change: Partial<RunReport>): string {
  const v = verdictOf({ ...goodRun, ...change })
  return `${v.tone}: ${v.headline}. ${v.sentence}`
}

test('the verdict claims no more than was proven', () => {
  const counted = goodRun.tables.map((t) => ({
    ...t,
    verification: t.verification && { ...t.verification, how: 'count' as const },
  }))
  const blind = goodRun.tables.map((t) => ({ ...t, verification: null }))
  const said = '203,410 rows of 4 tables were written. All 4 tables have the same digest'
  const whole = { ...goodRun.plan, leftovers: [] }
  const schema = { kind: 'schema', name: 'hr', outcome: 'left', why: 'not read', holds: '1 table' } as const
  const source = { ...whole.tables[0].source, name: { schema: 'app', name: 'users' } }
  const part = { ...whole, tables: [{ ...whole.tables[0], source }], leftovers: [schema] }
  expect(verdict({ plan: whole })).toContain(`good: Everything arrived. ${said}`)
  expect(verdict({})).toContain(`good: All rows arrived. ${said}`)
  expect(verdict({ plan: part })).toContain(`good: All rows of the schema app arrived. ${said}`)
  const sample = { asked: '1%', seed: 1, exact: true, tables: [] }
  expect(verdict({ plan: { ...whole, sample } })).toContain(`good: The sample arrived. ${said}`)
  expect(wholeVerdict({ ...goodRun, plan: part }).sentence).toMatch(
    /both sides\. 1 thing did not come along: 1 schema \(hr with 1 table\)\.$/,
  )
  expect(verdict({ tables: counted })).toContain('same number of rows on both sides; contents were not compared')
  expect(verdict({ tables: blind })).toMatch(/^warn: Copied, not verified\..*naru verify/)
  expect(verdict({ rejects: { file: 'f', count: 2, samples: [] } })).toMatch(
    /^warn: All rows arrived but 2 refused rows\./,
  )
  expect(verdict({ tables: [] })).toBe('good: The schema is in place. 4 tables without rows, as asked.')
  expect(verdict({ verdict: 'differs', exit: 1 })).toMatch(/^bad: Source and target differ\./)
})
