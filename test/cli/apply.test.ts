/** The command line of `naru apply` over a use case that only plans: what is asked, and what counts as an answer. */
import { expect, test } from 'vitest'
import type { ApplyContext } from '../../src/app/apply.ts'
import { run } from '../../src/cli/program.ts'
import type { ApplyOptions, ApplyPlan, ApplyReport } from '../../src/core/apply.ts'
import { NaruError } from '../../src/core/error.ts'
import { type FakeSettings, fakeIo } from './fake-io.ts'
import { fakeUseCases } from './fake-use-cases.ts'

const plan: ApplyPlan = {
  database: { label: 'prod', engine: 'postgres', flavor: 'postgres', version: '17' },
  goal: 'schema.sql',
  from: '',
  to: '',
  steps: [
    { number: 1, sql: 'ALTER TABLE t ADD a int', why: 'new', object: 'table t', inTransaction: true, hazards: [] },
  ],
  unplanned: [],
  online: false,
  transaction: 'all',
  renames: [],
  strangers: [],
  notes: [],
}

const candidate = {
  of: 'column',
  table: { name: 't' },
  column: 'a',
  to: 'b',
  evidence: ['same type'],
  rename: 't.a=b',
} as const

/** Runs the command line; gives what the use case was asked with. */
async function typed(settings: FakeSettings, ...argv: string[]) {
  const io = fakeIo(settings)
  let asked: { options: ApplyOptions; context: ApplyContext } | undefined
  const apply = async (_: unknown, __: string, options: ApplyOptions, context: ApplyContext): Promise<ApplyReport> => {
    asked = { options, context }
    await context.askRename?.(candidate)
    if (!(await context.agree(plan))) throw new NaruError('NOT_CONFIRMED', 'the plan was not confirmed')
    return { plan, outcome: 'done', exit: 0, remaining: [], started: '', finished: '', steps: [] }
  }
  const code = await run(['apply', 'prod', ...argv], io, fakeUseCases({ apply }))
  return { code, io, asked }
}

test('on a terminal the plan is shown and a rename and the plan are asked about', async () => {
  const yes = await typed({ tty: true, answer: true }, '--to', 'schema.sql')
  expect(yes.code).toBe(0)
  expect(yes.io.questions).toEqual(['Is column t.a now called b? (same type)', 'Run this statement on prod?'])
  expect(yes.io.out()).toContain('ALTER TABLE t ADD a int;')
  const no = await typed({ tty: true, answer: false }, '--to', 'schema.sql')
  expect([no.code, no.io.err()]).toEqual([2, expect.stringContaining('[NOT_CONFIRMED]')])
})

test('--yes asks nothing, and a pipe or --json is never taken for a yes', async () => {
  const yes = await typed({ tty: true, answer: false }, '--to', 'schema.sql', '--yes')
  expect([yes.code, yes.io.questions]).toEqual([0, []])
  for (const flags of [[], ['--json'], ['--quiet']]) {
    const { code, io } = await typed({ tty: false, answer: true }, '--to', 'schema.sql', ...flags)
    expect([code, io.questions]).toEqual([2, []])
    expect(io.err() + io.out()).toContain('there is no terminal to ask on')
  }
})

test('what is typed arrives', async () => {
  const flags =
    '--allow drop-column,rewrite --allow lossy --online --rename a=b --rename t.c=d --ignore comments --tables t* --exclude tmp --lock-timeout 0.5 --no-rehearsal --yes'
  const { asked } = await typed({}, '--to', 'schema.sql', ...flags.split(' '))
  expect(asked?.options).toMatchObject({
    allow: ['drop-column', 'rewrite', 'lossy'],
    online: true,
    rename: ['a=b', 't.c=d'],
    ignore: ['comments'],
    tables: ['t*'],
    exclude: ['tmp'],
    lockTimeout: 0.5,
    rehearsal: false,
  })
  expect(asked?.context.states.beside).toBeUndefined()
  const beside = await typed({}, '--to', 'schema.sql', '--yes', '--scratch-beside')
  expect(beside.asked?.context.states.beside).toMatchObject({ label: 'prod' })
})

test('what cannot be meant is a usage error', async () => {
  const told = async (...argv: string[]) => {
    const { code, io, asked } = await typed({}, ...argv)
    expect([code, asked]).toEqual([2, undefined])
    return io.err() + io.out()
  }
  expect(await told()).toMatch(/required option '--to <state>' not specified/)
  expect(await told('--to', 'x', '--allow', 'everything')).toMatch(/"everything" is no hazard: drop-table/)
  expect(await told('--to', 'x', '--rename', 'a')).toMatch(/Expected old=new/)
  expect(await told('--to', 'x', '--lock-timeout', 'soon')).toMatch(/Expected seconds/)
  expect(await told('--to', 'x', '--sql', '--dry-run', '--json')).toMatch(/exclude each other/)
})
