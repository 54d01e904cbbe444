/** `naru diff` on the command line: every format, questions, exit codes; hostile names stay names. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DiffOptions } from '../../src/app/diff.ts'
import type { StatesOptions } from '../../src/app/diff-states.ts'
import { run } from '../../src/cli/program.ts'
import type { UseCases } from '../../src/cli/use-cases.ts'
import type { ManyDiff } from '../../src/core/schema-diff.ts'
import { type FakeSettings, fakeIo } from './fake-io.ts'
import { fakeUseCases } from './fake-use-cases.ts'
import { sampleDiff } from './sample-diff.ts'

const state = { label: 'x', kind: 'database' as const, schema: sampleDiff.before }

async function naru(line: string, replaced: Partial<UseCases> = {}, settings: FakeSettings = {}) {
  const io = fakeIo(settings)
  const app = fakeUseCases({ loadStates: async (texts) => texts.map(() => state), ...replaced })
  return { code: await run(line.split(' '), io, app), out: io.out(), err: io.err(), io }
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-diff-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('text', () => {
  test('each difference on a line, both sides next to each other', async () => {
    const { code, out } = await naru('diff a b')
    expect(code).toBe(1)
    expect(out).toContain('FROM  mysql://root@prod/shop  MariaDB 10.11.6')
    const lines = out.split('\n').map((l) => l.trim().replace(/ {2,}/g, '  '))
    expect(lines).toEqual(
      expect.arrayContaining([
        '~ orders',
        '− mail  varchar(80)',
        '+ email  varchar(80)',
        '~ user_id  nullable  NULL → NOT NULL',
        '~ total  type  decimal(10,2) → decimal(12,2)',
        'default  none → 0',
        '~ column order  total after user_id',
        '− index orders_total  (total)',
        '+ foreign key orders_user  (user_id) → users (id) ON DELETE CASCADE',
        '+ check positive  `total` >= 0',
        '~ comment  what people buy | `now` → none',
        '~ engine  none → InnoDB',
        '− <script>alert(1)</script>  only in FROM',
        '+ 회원 등급  only in TO',
        '− where `total` > 100',
        '+ where `total` > 200',
        '✗ table orders: its row format\\u000acannot be altered',
        '--rename orders.mail=email',
        'ignored  comments: 3',
      ]),
    )
    expect(lines.at(-2)).toMatch(
      /^✗ Different\. 1 table differs, 1 table only in FROM, 1 table only in TO, 1 other object differs\./,
    )
  })

  test('no line is wider than the terminal, and control characters do not get through', async () => {
    const evil = { ...sampleDiff, notes: ['\u001b[31mred\u0007'.repeat(30)] }
    const { out } = await naru('diff a b', { diff: async () => evil }, { columns: 80, tty: true })
    expect(out).not.toMatch(/\u001b\[31mred|\u0007/)
    for (const line of out.split('\n').slice(2, -2)) expect(line.length).toBeLessThanOrEqual(84)
  })

  test('the same is said in a line', async () => {
    const same = { ...sampleDiff, changes: [], unplanned: [], candidates: [], steps: [], ignored: [], same: true }
    const { code, out } = await naru('diff a b', { diff: async () => same })
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n').at(-1)).toBe('✓ Same. 3 tables and 1 other object, no difference.')
  })

  test('what cannot be expressed is a difference by itself', async () => {
    const open = { ...sampleDiff, changes: [], steps: [], candidates: [] }
    const { code, out } = await naru('diff a b --quiet', { diff: async () => open })
    expect(code).toBe(1)
    expect(out).toContain('1 difference cannot be expressed')
  })
})

describe('markdown', () => {
  test('tables of both sides, in which no name is markup', async () => {
    const { code, out } = await naru('diff a b --format markdown')
    expect(code).toBe(1)
    expect(out).toContain('| tables | 1 | 1 | 1 |')
    expect(out).toContain('| \\~ | column | `total` | type | `decimal(10,2)` | `decimal(12,2)` |')
    expect(out).toContain('| \\~ | comment |  |  | `` what people buy \\| `now` `` | – |')
    expect(out).toContain('| table | `<script>alert(1)</script>` |')
    expect(out).toContain('**table \\<script\\>alert(1)\\</script\\>**')
    for (const row of out.split('\n').filter((l) => l.startsWith('| '))) {
      // Outside of code spans no < begins a tag.
      expect(row.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/<[a-z]/i)
    }
    expect(out).toContain('회원 등급')
    expect(out).toContain('ALTER TABLE `orders`')
  })
})

describe('html', () => {
  test('one page that loads nothing, with a diagram, in which no name is markup', async () => {
    const { out } = await naru(`diff a b --format html --out ${join(folder, 'x.html')}`)
    expect(out).toMatch(/^✗ Different\./)
    const page = await readFile(join(folder, 'x.html'), 'utf8')
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toMatch(/(src|href)="(?!#)/)
    expect(page).toContain("default-src 'none'")
    const svg = page.slice(page.indexOf('<svg'), page.indexOf('</svg>'))
    for (const mark of ['added', 'removed', 'changed']) expect(svg).toContain(`class="table ${mark}"`)
    expect(svg).toContain('회원 등급')
  })
})

describe('sql', () => {
  test('statements in order with comments why, and what is not in them at the top', async () => {
    const { code, out } = await naru('diff a b --format sql')
    expect(code).toBe(1)
    const lines = out.split('\n')
    const at = (text: string) => lines.findIndex((l) => l.includes(text))
    expect(lines.filter((l) => l.startsWith('-- NOT IN THIS SCRIPT'))).toHaveLength(1)
    expect(at('NOT IN THIS SCRIPT')).toBeLessThan(at('ALTER TABLE'))
    expect(lines[at('its row format') + 1]).toBe('-- cannot be altered')
    expect(lines[at('ALTER TABLE') - 2]).toBe('-- orders: adds email, drops mail (INSTANT)')
    expect(lines[at('ALTER TABLE') - 1]).toMatch(/^-- hazard drop-column: .*1,204 rows/)
    expect(out).toContain('DROP COLUMN `mail`;')
    expect(out).toMatch(/DELIMITER ;;\nCREATE TRIGGER [^;]+;\nEND ;;\nDELIMITER ;/)
    // Whatever stands outside of statements is a comment: a script holds nothing else.
    const outside = out.replace(/^ALTER[\s\S]*?;$/m, '').replace(/^DELIMITER ;;[\s\S]*?DELIMITER ;$/m, '')
    for (const line of outside.split('\n')) expect(line).toMatch(/^(--.*)?$/)
  })

  test('transactions where the engine has them', async () => {
    const lite = {
      ...sampleDiff,
      transactional: true,
      steps: sampleDiff.steps!.map((s) => ({ ...s, inTransaction: true })),
    }
    const { out } = await naru('diff a b --format sql', { diff: async () => lite })
    expect(out).toMatch(/\nBEGIN;\n[\s\S]+\nCOMMIT;\n$/)
  })

  test('is refused where nothing could be planned', async () => {
    const across = { ...sampleDiff, to: { ...sampleDiff.to, engine: 'postgres' }, steps: null }
    const { code, out, err } = await naru('diff a b --format sql', { diff: async () => across })
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('UNSUPPORTED')
    expect(err).toContain('naru copy')
  })
})

describe('json', () => {
  test('is the whole comparison', async () => {
    const { out } = await naru('diff a b --format json')
    const read = JSON.parse(out)
    expect(read).toMatchObject({ naru: 'diff', same: false, from: { label: 'mysql://root@prod/shop' } })
    expect(read.changes).toHaveLength(sampleDiff.changes.length)
    expect(read.steps).toHaveLength(2)
  })

  test('--json is one event', async () => {
    const { out } = await naru('diff a b --json')
    expect(JSON.parse(out)).toMatchObject({ type: 'result', command: 'diff', same: false })
  })
})

describe('what was asked for', () => {
  async function asked(line: string, config = {}): Promise<DiffOptions & { states: StatesOptions }> {
    let options: DiffOptions = {}
    let states: StatesOptions | undefined
    await naru(line, {
      loadConfig: async (cwd) => ({ path: null, folder: cwd, config }),
      loadStates: async (texts, o) => {
        states = o
        return texts.map(() => state)
      },
      diff: async (_from, _to, o) => {
        options = o
        return sampleDiff
      },
    })
    return { ...options, states: states! }
  }

  test('reaches the use case, rules of the config before those of the command line', async () => {
    const config = { databases: { prod: 'sqlite:x.db' }, diff: { ignore: ['comments'] } }
    const o = await asked(
      'diff prod dev --rename a=b --rename t.c=d --ignore owners,tables:tmp_* --tables t* --exclude t1 --reverse --online --engine sqlite --schema s',
      config,
    )
    expect(o).toMatchObject({
      renames: ['a=b', 't.c=d'],
      ignore: ['comments', 'owners', 'tables:tmp_*'],
      tables: ['t*'],
      exclude: ['t1'],
      reverse: true,
      online: true,
      states: { names: ['prod'], engine: 'sqlite', schema: 's' },
    })
    expect(await o.states.address('x')).toMatchObject({ schema: 's' })
  })

  test('nobody is asked where there is no terminal', async () => {
    expect((await asked('diff a b')).ask).toBeUndefined()
  })

  test('on a terminal each candidate is a question', async () => {
    const seen: boolean[] = []
    const diff: UseCases['diff'] = async (_from, _to, o) => {
      for (const c of sampleDiff.candidates) seen.push(await o.ask!(c))
      return sampleDiff
    }
    const { io } = await naru('diff a b', { diff }, { tty: true, answer: true })
    expect(seen).toEqual([true])
    expect(io.questions[0]).toMatch(/^Is column orders\.mail now called email\? \(same type/)
  })

  test.each([
    ['diff a', 'missing required argument'],
    ['diff a b --format xml', 'Allowed choices'],
    ['diff a b --rename nothing', 'old=new'],
    ['diff a b c --reverse', '--reverse is for two states'],
    ['diff a b c --rename a=b', '--rename is for two states'],
    ['diff a b c --format sql', '--format sql is for two states'],
  ])('%s is refused', async (line, why) => {
    const { code, err } = await naru(line)
    expect(code).toBe(2)
    expect(err).toContain(why)
  })
})

describe('several states', () => {
  const many: ManyDiff = {
    states: [sampleDiff.from, sampleDiff.to, { ...sampleDiff.to, label: 'models.ts' }],
    rows: [
      {
        item: 'table 주문 <b>',
        part: 'column',
        name: 'total',
        property: 'type',
        values: ['decimal(10,2)', 'decimal(12,2)', 'decimal(10,2)'],
        deviating: [1],
        against: 'majority',
      },
      {
        item: 'table 주문 <b>',
        part: 'index',
        name: 'i|x',
        property: '',
        values: ['(a)', null, '(b)'],
        deviating: [1, 2],
        against: 'first',
      },
    ],
    ignored: [],
    same: false,
  }

  test('stand next to each other, and whoever deviates is marked', async () => {
    const { code, out } = await naru('diff a b c', { diffMany: async () => many })
    expect(code).toBe(1)
    expect(out).toMatch(/column total type +decimal\(10,2\) +≠ decimal\(12,2\) +decimal\(10,2\)/)
    expect(out).toMatch(/index i\|x +\(a\) +≠ – +≠ \(b\)/)
    expect(out).toContain(
      '3 states disagree in 2 places; these deviate from what most have: B in 2, C in 1. Where no value has the most (1), A is taken for right.',
    )
  })

  test('also as Markdown and HTML, escaped', async () => {
    const asked = { diffMany: async () => many }
    const markdown = await naru('diff a b c --format markdown', asked)
    expect(markdown.out).toContain('| index i\\|x | `(a)` | – | `≠ (b)` |'.replace('| – |', '| `≠ –` |'))
    const page = await naru('diff a b c --format html', asked)
    expect(page.out).toContain('주문 &lt;b&gt;')
    expect(page.out).not.toContain('<b>주문')
  })
})
