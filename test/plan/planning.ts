/** Plans between fresh databases for tests. */
import { planCopy } from '../../src/copy/plan.ts'
import type { Database } from '../../src/core/engine.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import type { CopyPlan, Finding } from '../../src/core/plan.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'

/** Opens an address. */
export async function open(url: string, role: 'source' | 'target'): Promise<Database> {
  const engine = await engineFor(url.slice(0, url.indexOf(':')))
  return engine.open(engine.parse(url), { role })
}

/** Two databases, the first filled by a script. */
export interface Pair extends AsyncDisposable {
  readonly from: FreshDatabase
  readonly to: FreshDatabase
  plan(options?: CopyOptions, counting?: boolean): Promise<CopyPlan>
  /** Runs SQL on the target. */
  onTarget(sql: string): Promise<void>
}

/** A source of `kind` with `sql` in it, and an empty target. Open until disposed, so that a test may plan several times. */
export async function pair(kind: DatabaseKind, to: DatabaseKind, sql: string): Promise<Pair> {
  const source = await freshDatabase(kind)
  const target = await freshDatabase(to)
  await run(source.url, sql)
  return {
    from: source,
    to: target,
    async plan(options = {}, counting = true) {
      const a = await open(source.url, 'source')
      const b = await open(target.url, 'target')
      try {
        return await planCopy({ source: a, target: b, options, counting, parallel: () => open(source.url, 'source') })
      } finally {
        await a.close()
        await b.close()
      }
    },
    onTarget: (text) => run(target.url, text),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    },
  }
}

async function run(url: string, sql: string): Promise<void> {
  const db = await open(url, 'target')
  try {
    if (sql.trim() !== '') await db.execute(sql)
  } finally {
    await db.close()
  }
}

/** CODE:table.column → [count, severity]. */
export function found(plan: CopyPlan): Record<string, [number, string]> {
  return Object.fromEntries(plan.findings.map((f) => [nameOf(f), [f.count, f.severity]]))
}

/** The finding of a name. */
export function finding(plan: CopyPlan, name: string): Finding {
  const f = plan.findings.find((one) => nameOf(one) === name)
  if (f === undefined) throw new Error(`no ${name} among ${plan.findings.map(nameOf).join(', ')}`)
  return f
}

function nameOf(f: Finding): string {
  return `${f.code}:${f.table}${f.column === null ? '' : `.${f.column}`}`
}

/** Target types by column of a table. */
export function types(plan: CopyPlan, table: string): Record<string, string> {
  const t = plan.tables.find((one) => one.source.name.name === table)
  return Object.fromEntries(t?.columns.map((c) => [c.source.name, c.target.type.native]) ?? [])
}
