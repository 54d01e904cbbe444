import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeIo, type FakeSettings, fakeIo } from '../../test/cli/fake-io.ts'
import { fakeUseCases } from '../../test/cli/fake-use-cases.ts'
import { badRun, samplePlan, sampleVerify } from '../../test/cli/sample.ts'
import { type ErrorCode, NaruError } from '../core/error.ts'
import type { RunRecord } from '../core/ledger.ts'
import type { CopyOptions } from '../core/options.ts'
import { run } from './program.ts'
import type { UseCases } from './use-cases.ts'

interface Ran {
  readonly code: number
  readonly io: FakeIo
}

async function naru(line: string, replaced: Partial<UseCases> = {}, settings: FakeSettings = {}): Promise<Ran> {
  const io = fakeIo(settings)
  const argv = line.split(' ').filter((word) => word !== '')
  return { code: await run(argv, io, fakeUseCases(replaced)), io }
}

const openPlan = {
  ...samplePlan,
  findings: [{ ...samplePlan.findings[0], severity: 'blocks' as const, policy: undefined }],
}
const fail = (code: ErrorCode, message: string, parts = {}) => ({
  copy: () => Promise.reject(new NaruError(code, message, parts)),
})
const events = (io: FakeIo) =>
  io
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-cli-'))
})
afterEach(() => rm(folder, { recursive: true }))

const record: RunRecord = {
  id: 'r1',
  started: '2026-03-15T09:30:12.000Z',
  source: 'a',
  target: 'b',
  options: '{}',
  schemaHash: 'h',
  state: 'copying',
  finished: null,
  summary: null,
}

describe('exit codes', () => {
  const refusedRow = { line: 2, table: 't', key: '9', reason: 'too long' }

  test.each<[string, number, string, Partial<UseCases>]>([
    ['help', 0, '--help', {}],
    ['version', 0, '--version', {}],
    ['nothing at all', 0, '', {}],
    ['a copy that is done', 0, 'copy a b', {}],
    ['a copy with rows missing', 1, 'copy a b', { copy: async () => badRun }],
    ['a plan that is ready', 0, 'plan a b', {}],
    ['a plan with open findings', 1, 'plan a b', { plan: async () => openPlan }],
    ['the same as --dry-run', 1, 'copy a b --dry-run', { plan: async () => openPlan }],
    ['open findings in a copy', 1, 'copy a b', fail('UNSETTLED_FINDINGS', 'open', { details: { plan: openPlan } })],
    ['databases that differ', 1, 'verify a b', {}],
    ['databases that are the same', 0, 'verify a b', { verify: async () => ({ ...sampleVerify, same: true }) }],
    ['a replay', 0, 'replay f.ndjson b', {}],
    [
      'a replay with refused rows',
      1,
      'replay f.ndjson b',
      { replay: async () => ({ replayed: 1, refused: [refusedRow] }) },
    ],
    ['runs', 0, 'runs b', { runs: async () => [record] }],
    ['rehearsals', 0, 'rehearsals b', {}],
    ['clean', 0, 'clean b', { runs: async () => [{ ...record, state: 'done' }] }],
    ['clean before a copy has ended', 2, 'clean b', { runs: async () => [record] }],
    ['the same, agreed to', 0, 'clean b --yes', { runs: async () => [record] }],
    ['an unknown command', 2, 'cpoy a b', {}],
    ['an unknown flag', 2, 'copy a b --tabels x', {}],
    ['a missing argument', 2, 'copy a', {}],
    ['an argument too many', 2, 'copy a b c', {}],
    ['a flag without its value', 2, 'copy a b --jobs', {}],
    ['a choice that is none', 2, 'copy a b --if-exists replace', {}],
    ['contradicting flags', 2, 'copy a b --schema-only --data-only', {}],
    ['the same database twice', 2, 'copy a a', {}],
    ['a connection that fails', 2, 'copy a b', fail('CONNECT_FAILED', 'no server')],
    ['a connection that breaks', 3, 'copy a b', fail('CONNECTION_LOST', 'gone')],
    ['a run that was stopped', 130, 'copy a b', fail('STOPPED', 'stopped')],
    ['a fault', 2, 'copy a b', { copy: () => Promise.reject(new TypeError('x is undefined')) }],
    ['a report that cannot be written', 2, 'copy a b --report /nowhere/at/all.html', {}],
  ])('%s: %i', async (_what, code, line, replaced) => {
    expect((await naru(line, replaced)).code).toBe(code)
  })
})

describe('errors', () => {
  test('what, why, next and state, a line each, on stderr', async () => {
    const parts = { why: 'connection refused', hint: 'Start it.', state: 'nothing was changed' }
    const { io } = await naru('copy a b', fail('CONNECT_FAILED', 'no server at b', parts))
    expect(io.out()).toBe('')
    expect(io.err()).toBe(
      '✗ no server at b [CONNECT_FAILED]\n  why    connection refused\n  next   Start it.\n  state  nothing was changed\n',
    )
  })

  test('what an error leaves out is filled in, and a run that moved rows says what state is left', async () => {
    const { io } = await naru('copy a b', {
      copy: async (_from, _to, _options, reporter) => {
        reporter.report({ type: 'run', run: 'r', resumed: false, tables: 1, rows: 5 })
        throw new NaruError('CONNECTION_LOST', 'the server went away')
      },
    })
    expect(io.err()).toContain('  next   Run the same command again: it continues after the last mark.\n')
    expect(io.err()).toContain('  state  finished chunks are on the target with their marks')
  })

  test('words of a database cannot move the cursor', async () => {
    const { io } = await naru('copy a b', fail('QUERY_FAILED', 'no', { why: 'bad\u001b[2J\nvalue' }))
    expect(io.err()).toContain('  why    bad\\u001b[2J value\n')
  })

  test('typing errors say what was meant', async () => {
    expect((await naru('cpoy a b')).io.err()).toContain('Did you mean copy?')
    expect((await naru('copy a b --tabels x')).io.err()).toContain('Did you mean --tables? See `naru copy --help`.')
  })

  test('--json: one event on stdout, nothing on stderr, also for usage errors', async () => {
    const lost = await naru('copy a b --json', fail('CONNECTION_LOST', 'gone', { why: 'reset' }))
    expect(events(lost.io)).toEqual([
      { type: 'phase', phase: 'connect', state: 'begin' },
      {
        type: 'error',
        code: 'CONNECTION_LOST',
        message: 'gone',
        why: 'reset',
        next: expect.any(String),
        state: expect.any(String),
        exit: 3,
      },
    ])
    expect(lost.io.err()).toBe('')
    expect(events((await naru('copy a --json')).io)).toMatchObject([{ type: 'error', code: 'USAGE', exit: 2 }])
  })

  test('a password is in none of them', async () => {
    const texts = await Promise.all([
      naru('copy a b', fail('AUTH_FAILED', 'login with hunter22 failed', { why: 'hunter22', hint: 'not hunter22' })),
      naru('copy a b --json', fail('QUERY_FAILED', 'mysql://root:other@h/db')),
      naru('copy a b', { copy: () => Promise.reject(new Error('hunter22')) }, { env: { NARU_DEBUG: '1' } }),
      naru('postgres://kim:hunter22@h/db'),
    ])
    const shown = texts.map(({ io }) => io.out() + io.err()).join('\n')
    expect(shown).toContain('***')
    expect(shown).not.toMatch(/hunter22|other/)
  })
})

describe('output', () => {
  const copying: Partial<UseCases> = {
    copy: async (_from, _to, _options, reporter) => {
      reporter.report({ type: 'warning', message: 'mind the gap' })
      return badRun
    },
  }

  test('results go to stdout, what happens meanwhile to stderr', async () => {
    const { io } = await naru('copy a b', copying)
    expect(io.out()).toContain('✗ Not complete.')
    expect(io.out()).not.toContain('mind the gap')
    expect(io.err()).toContain('warning: mind the gap')
  })

  test('--quiet: the verdict and nothing else', async () => {
    const { io } = await naru('copy a b --quiet', copying)
    expect(io.out().trimEnd().split('\n')).toEqual([expect.stringContaining('✗ Not complete.')])
    expect(io.err()).toBe('')
  })

  test('--json: events and the result, one object a line', async () => {
    const { io } = await naru('copy a b --json', copying)
    expect(events(io)).toMatchObject([
      { type: 'phase', phase: 'connect' },
      { type: 'warning', message: 'mind the gap' },
      {
        type: 'result',
        command: 'copy',
        verdict: 'incomplete',
        exit: 1,
        tables: [{ table: 'users' }, { table: 'orders' }],
      },
    ])
    expect(io.err()).toBe('')
  })

  test('--json of a plan holds it whole, integers beyond 2^53 as text', async () => {
    const [, event] = events((await naru('plan a b --json')).io)
    expect(event.plan.tables[0].target.counter.next).toBe('1152921504606846976')
  })

  test('a copy that does not begin shows the findings with their ways out', async () => {
    const { io } = await naru(
      'copy a b',
      fail('UNSETTLED_FINDINGS', '1 finding is not settled', { details: { plan: openPlan } }),
    )
    expect(io.out()).toContain('--policy ZERO_DATE:orders.shipped_at=null')
    expect(io.err()).toContain('✗ 1 finding is not settled')
  })

  test('reports, stubs and statements are written where they are asked for', async () => {
    await naru('copy a b --report r.html --report r.md --report r.json', {}, { cwd: folder })
    await naru('plan a b --stubs stubs.sql --sql all.sql --report p.html', {}, { cwd: folder })
    expect((await readdir(folder)).sort()).toEqual(['all.sql', 'p.html', 'r.html', 'r.json', 'r.md', 'stubs.sql'])
    expect(await readFile(join(folder, 'stubs.sql'), 'utf8')).toContain('CREATE VIEW active_users AS')
    expect(JSON.parse(await readFile(join(folder, 'r.json'), 'utf8'))).toMatchObject({ naru: 'run', verdict: 'done' })
  })

  test('a report is refused before any row moves', async () => {
    let copied = false
    const { io, code } = await naru(`copy a b --report ${folder}`.replace(folder, `${folder}/no/r.html`), {
      copy: async () => {
        copied = true
        return badRun
      },
    })
    expect([code, copied]).toEqual([2, false])
    expect(io.err()).toContain('[FILE_UNREADABLE]')
  })
})

describe('options', () => {
  async function options(line: string, config = {}): Promise<CopyOptions> {
    let seen: CopyOptions = {}
    await naru(line, {
      loadConfig: async (cwd) => ({ path: 'naru.config.ts', folder: cwd, config }),
      copy: async (_from, _to, o) => {
        seen = o
        return badRun
      },
    })
    return seen
  }

  test('nothing said is nothing asked for', async () => {
    expect(await options('copy a b')).toEqual({})
  })

  test('every flag reaches the copy', async () => {
    const line =
      'copy a b --tables x,y --tables z* --exclude tmp --where x=id>1 --rename x=xx --cast x.y=text --accept NUL_BYTE --policy ZERO_DATE=null ' +
      '--case-insensitive citext --data-only --if-exists append --before b.sql --after a.sql --jobs 3 --rate 2MB --max-rejects 1% ' +
      '--rejects r.ndjson --restart --no-lock --verify count --by digest --lookup-memory 512MB --unit-rows 10 --chunk-bytes 99'
    expect(await options(line)).toEqual({
      tables: ['x', 'y', 'z*'],
      exclude: ['tmp'],
      where: { x: 'id>1' },
      rename: { x: 'xx' },
      casts: ['x.y=text'],
      accept: ['NUL_BYTE'],
      policies: { ZERO_DATE: 'null' },
      caseInsensitive: 'citext',
      dataOnly: true,
      ifExists: 'append',
      before: 'b.sql',
      after: 'a.sql',
      jobs: 3,
      rate: 2_000_000,
      maxRejects: '1%',
      rejects: 'r.ndjson',
      restart: true,
      noLock: true,
      verify: 'count',
      by: 'digest',
      lookupMemory: 512_000_000,
      unitRows: 10,
      chunkBytes: 99,
    })
    expect(await options('copy a b --redo x --schema-only')).toEqual({ redo: ['x'], schemaOnly: true })
  })

  test('the command line goes before the config', async () => {
    const config = { copy: { jobs: 2, verify: 'count', accept: ['A'], noLock: true } }
    expect(await options('copy a b --jobs 5 --accept B', config)).toEqual({
      jobs: 5,
      verify: 'count',
      accept: ['A', 'B'],
      noLock: true,
    })
  })
})

describe('interruption', () => {
  const until = (io: () => FakeIo): Partial<UseCases> => ({
    copy: async (_from, _to, _options, _reporter, signal) => {
      io().interrupt()
      expect(signal?.aborted).toBe(true)
      throw new NaruError('STOPPED', 'stopped as asked', { state: 'all chunks are safe' })
    },
  })

  test('the first signal asks to stop, and the end says how to go on', async () => {
    const io = fakeIo()
    const code = await run(['copy', 'a', 'b'], io, fakeUseCases(until(() => io)))
    expect(code).toBe(130)
    expect(io.exits).toEqual([])
    expect(io.err()).toContain('stopping after the running chunks, again to stop at once')
    expect(io.err()).toContain('  next   Run the same command again: it continues.')
  })

  test('the second ends the process at once and gives the terminal back', async () => {
    const io = fakeIo({ tty: true })
    await run(
      ['copy', 'a', 'b'],
      io,
      fakeUseCases({
        copy: async (_from, _to, _options, reporter) => {
          reporter.report({ type: 'phase', phase: 'data', state: 'begin' })
          io.interrupt()
          expect(io.exits).toEqual([])
          io.interrupt()
          expect(io.exits).toEqual([130])
          expect(io.err()).toMatch(/\u001b\[\?25h[^\u001b]*stopped at once: finished chunks are safe/)
          return badRun
        },
      }),
    )
  })

  const interrupted = (io: FakeIo) =>
    fakeUseCases({
      plan: async () => {
        io.interrupt()
        return samplePlan
      },
    })

  test('what only reads ends with the first', async () => {
    const io = fakeIo()
    await run(['plan', 'a', 'b'], io, interrupted(io))
    expect(io.exits).toEqual([130])
    expect(io.err()).toContain('nothing was changed')
  })

  test('nobody listens afterwards', async () => {
    const io = fakeIo()
    await run(['copy', 'a', 'b'], io, fakeUseCases())
    io.interrupt()
    expect(io.exits).toEqual([])
  })
})

describe('clean with an unfinished copy', () => {
  const open = { state: 'copying', id: 'r1' } as RunRecord

  test.each([
    [true, 0, true],
    [false, 1, false],
  ])('on a terminal it asks: %s', async (answer, code, cleaned) => {
    let done = false
    const replaced = {
      runs: async () => [open],
      clean: async () => {
        done = true
      },
    }
    const ran = await naru('clean b', replaced, { tty: true, answer })
    expect([ran.code, done]).toEqual([code, cleaned])
    expect(ran.io.questions).toEqual([expect.stringContaining('r1 cannot be continued')])
  })
})

test('a long address of a run stays in one piece, however narrow the output', async () => {
  const source = `mysql://root@127.0.0.1:3306/${'long_'.repeat(20)}`
  const { io } = await naru('runs b', { runs: async () => [{ ...record, source }] })
  expect(io.out()).toContain(source)
})

test('every command explains itself with an example and lists its flags by group', async () => {
  for (const command of ['plan', 'copy', 'verify', 'replay', 'runs', 'rehearsals', 'clean']) {
    const { io, code } = await naru(`${command} --help`)
    expect(code).toBe(0)
    expect(io.out()).toMatch(new RegExp(`Examples:\\n  naru ${command} `))
    expect(io.out()).toContain('Output:\n')
    for (const line of io.out().split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  }
})
