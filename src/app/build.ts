/** The statements that build a schema from nothing, in executable order. */
import type { Capabilities } from '../core/capabilities.ts'
import type { PlannedSteps, Step } from '../core/change.ts'
import { NaruError } from '../core/error.ts'
import type { Schema } from '../core/schema.ts'
import { diffSchemas } from '../diff/compare.ts'
import { engineFor } from '../engines/index.ts'
import { fileName } from '../schema/file-names.ts'
import { closedSql } from '../schema/sql-close.ts'

/** A schema, and what its planner has no statement for. */
export interface Built extends PlannedSteps {
  /** `unplanned`, a line each. */
  readonly missing: readonly string[]
}

/** Plans the way from an empty database to the schema. Pure but for loading the engine. Throws UNSUPPORTED for engines without DDL. */
export async function buildSteps(schema: Schema, can: Capabilities): Promise<Built> {
  const { dialect } = await engineFor(schema.engine)
  const { planner } = dialect
  if (planner === undefined) {
    throw new NaruError('UNSUPPORTED', 'a CSV folder has no statements', { hint: 'Use --format json or markdown.' })
  }
  const to = planner.normalize(schema)
  const from: Schema = { ...to, tables: [], others: to.others.filter((o) => o.kind === 'other' && o.definition === '') }
  const changes = diffSchemas(from, to, { ordersColumns: planner.ordersColumns })
  const { steps, unplanned } = planner.plan({ from, to, changes, can })
  return {
    steps,
    unplanned,
    missing: unplanned.map((u) => `${u.object}: ${u.why}`),
  }
}

const comment = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n')

/** The statements as a script for the engine's own client; what no statement can express stands at the top. */
export function buildScript(built: Built, engine: string): string {
  const missing = built.missing.map((m) => `NOT IN THIS SCRIPT: ${m}`)
  const parts = built.steps.map((s) => `${comment(s.object)}\n${closedSql(s.sql, engine)}\n`)
  return [...(missing.length === 0 ? [] : [`${missing.map(comment).join('\n')}\n`]), ...parts].join('\n')
}

/** Kinds of objects whose names are more than a word. */
const LONG_KINDS = ['foreign key', 'primary key', 'materialized view', 'composite type', 'range type', 'virtual table']

/** The script in files whose order by name is the order of execution: one a table, and what stands between. */
export function buildFiles(built: Built, engine: string): { readonly path: string; readonly text: string }[] {
  const runs: { name: string; steps: Step[] }[] = []
  for (const step of built.steps) {
    const kind = LONG_KINDS.find((k) => step.object.startsWith(`${k} `)) ?? step.object.split(' ', 1)[0]
    const name = kind === 'table' ? step.object.slice('table '.length) : kind
    const last = runs.at(-1)
    if (last === undefined || last.name !== name) runs.push({ name, steps: [step] })
    else last.steps.push(step)
  }
  const digits = Math.max(3, String(runs.length).length)
  const files = runs.map((run, i) => ({
    path: `${String(i + 1).padStart(digits, '0')}_${fileName(run.name)}.sql`,
    text: buildScript({ steps: run.steps, unplanned: [], missing: i === 0 ? built.missing : [] }, engine),
  }))
  return files.length > 0 ? files : [{ path: '001_empty.sql', text: buildScript(built, engine) }]
}
