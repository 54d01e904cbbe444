/** Copies a data set with naru into a fresh database and compares both with code that naru does not know. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { NaruError } from '../../src/core/error.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import type { CopyPlan } from '../../src/core/plan.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { type Dataset, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { type Contents, contentsOf, type TableContents } from './contents.ts'
import { missingColumns, sideBySide } from './normal.ts'

/** Databases that a copy may go to and be compared in. */
export type TargetKind = DatabaseKind

/** One data set and what is known of it. */
export interface PairSet {
  readonly name: string
  readonly targets: readonly TargetKind[]
  /** How findings are settled that the set is known to have. */
  readonly options?: (target: TargetKind) => CopyOptions
  /** What a value of the source is on the target where an accepted finding says that it changes. */
  readonly expected?: (value: string, table: string, column: string, target: TargetKind) => string | null
}

const ALL: readonly TargetKind[] = ['postgres', 'pglite', 'mysql', 'sqlite', 'csv']

/** A set that goes everywhere without a word. */
export function plainSet(name: string, more: Partial<PairSet> = {}): PairSet {
  return { name, targets: ALL, ...more }
}

/** Registers a test for each target of each set; with `via` what is copied is a copy already. */
export function pairTests(source: Dataset['engine'], sets: readonly PairSet[], via?: TargetKind): void {
  describe.skipIf(!datasetsAvailable()).each(sets)(`$name`, (set) => {
    const opened = new AsyncDisposableStack()
    let from: FreshDatabase
    let before: Contents
    let counts: Dataset['rows']
    beforeAll(async () => {
      from = opened.use(await freshDatabase(source))
      counts = (await loadDataset(set.name, from.url)).rows
      before = await contentsOf(from.url)
      if (via === undefined) return
      const between = opened.use(await freshDatabase(via))
      await copied(set, via, from.url, between.url)
      from = between
    })
    afterAll(() => opened.disposeAsync())

    test.each(set.targets)(
      'arrives in %s as it is',
      async (kind) => {
        await using to = await freshDatabase(kind)
        await copied(set, kind, from.url, to.url)
        compare(set, kind, before, await contentsOf(to.url), counts)
      },
      120_000,
    )
  })
}

async function copied(set: PairSet, kind: TargetKind, from: string, to: string): Promise<void> {
  const options: CopyOptions = { jobs: 1, ...set.options?.(kind) }
  const report = await copy(await address(from), await address(to), options, { report() {} }).catch(withFindings)
  expect({ failed: report.failedSteps, rejects: report.rejects.samples.slice(0, 3) }).toEqual({
    failed: [],
    rejects: [],
  })
  expect(report.tables.filter((t) => !t.closes || t.verification?.same !== true)).toEqual([])
  expect({ verdict: report.verdict, exit: report.exit }).toEqual({ verdict: 'done', exit: 0 })
}

/** Unsettled findings told in the test's own words. */
function withFindings(error: unknown): never {
  if (!(error instanceof NaruError)) throw error
  const findings = (error.details.plan as CopyPlan | undefined)?.findings.filter((f) => f.severity === 'blocks') ?? []
  const lines = findings.map((f) => `${f.code}:${f.table}.${f.column} ${f.count} ${f.message} [${f.samples.join(' ')}]`)
  throw new Error([`${error.code}: ${error.message}: ${error.why ?? ''}`, ...lines].join('\n'))
}

function compare(set: PairSet, kind: TargetKind, source: Contents, target: Contents, counts: Dataset['rows']): void {
  expect([...target.keys()].sort()).toEqual([...source.keys()].sort())
  for (const [table, contents] of source) {
    const arrived = target.get(table)
    if (arrived === undefined) throw new Error(`${table} is not there`)
    expect(missingColumns(contents, arrived), `${table} has all columns`).toEqual([])
    const { expected } = set
    const wanted =
      expected === undefined ? contents : changed(contents, (value, column) => expected(value, table, column, kind))
    const sides = sideBySide(wanted, arrived)
    expect(sides.target.length, `rows of ${table}`).toBe(counted(counts, table) ?? sides.source.length)
    expectSame(table, sides.source, sides.target)
  }
}

function changed(contents: TableContents, change: (value: string, column: string) => string | null): TableContents {
  const names = contents.columns.map((c) => c.name)
  return { ...contents, rows: contents.rows.map((r) => r.map((v, i) => (v === null ? null : change(v, names[i])))) }
}

/** The number that the data set itself names; of sets with several files the tables carry their file's name in front. */
function counted(counts: Dataset['rows'], table: string): number | undefined {
  return counts[table] ?? Object.entries(counts).find(([name]) => name.endsWith(`:${table}`))?.[1]
}

/** Both are sorted; only what differs is shown. */
function expectSame(table: string, source: readonly string[], target: readonly string[]): void {
  if (source.length === target.length && source.every((line, i) => line === target[i])) return
  const only = (a: readonly string[], b: readonly string[]) => {
    const left = new Map<string, number>()
    for (const line of b) left.set(line, (left.get(line) ?? 0) + 1)
    return a.filter((line) => {
      const n = left.get(line) ?? 0
      left.set(line, n - 1)
      return n <= 0
    })
  }
  const cut = (lines: string[]) => lines.slice(0, 3).map((l) => l.slice(0, 2000))
  const [missing, extra] = [only(source, target), only(target, source)]
  expect({ table, count: extra.length, rows: cut(extra) }).toEqual({ table, count: missing.length, rows: cut(missing) })
}
