/** `--sql`: the way between two revisions as a script; no database is asked. */

import { basename } from 'node:path'
import type { Dialect } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionBody } from '../../core/revision.ts'
import { versionHome } from '../../core/schema-choice.ts'
import { engineFor } from '../../engines/index.ts'
import { ancestors, type Graph } from '../../revisions/graph.ts'
import { downgradePath, upgradePath } from '../../revisions/path.ts'
import { recordWay } from '../../revisions/recorder.ts'
import { resolveRevisions, resolveTarget } from '../../revisions/resolve.ts'
import { type ScriptStep, scriptOf } from '../../revisions/script.ts'
import { headOf } from '../../revisions/statement-head.ts'
import { VERSION_TABLE, versionSql } from '../../revisions/version-sql.ts'
import type { Family } from '../../schema/sql-body.ts'
import { readBody, readFolder } from './files.ts'
import type { RevisionsSetup } from './setup.ts'
import { comingOf, type Direction } from './walk.ts'

/** Where the script begins and ends. */
interface Range {
  readonly from: string
  readonly to: string
}

function rangeOf(text: string, direction: Direction): Range {
  const at = text.indexOf(':')
  if (at >= 0)
    return { from: text.slice(0, at) || 'base', to: text.slice(at + 1) || (direction === 'up' ? 'heads' : 'base') }
  if (direction === 'up') return { from: 'base', to: text }
  throw new NaruError('USAGE', 'a script downwards needs to know where it begins', {
    why: 'no database is asked for a script',
    hint: `Write both ends: naru downgrade head:${text} --sql`,
    state: 'nothing was changed',
  })
}

/** Throws USAGE. */
export function scriptFamily({ family, folderLabel }: RevisionsSetup): Family {
  if (family !== null) return family
  throw new NaruError('USAGE', `it is not known for which engine the script from ${folderLabel} is`, {
    why: 'neither --engine nor a database says it',
    hint: 'Say it with --engine postgres, mysql or sqlite.',
    state: 'nothing was changed',
  })
}

/**
 * Name of the version table in the script, and what is said before everything. On MySQL the script is for the database that the client is
 * connected to, and names one only where a revision goes to another by USE.
 */
export async function places(
  setup: RevisionsSetup,
  family: Family,
  { quote }: Dialect,
  steps: readonly ScriptStep[] = [],
) {
  const own = setup.targets.length > 0 ? await setup.address(setup.targets[0]) : undefined
  const table = quote(VERSION_TABLE)
  const within = (schema: string | undefined) => (schema === undefined ? table : `${quote(schema)}.${table}`)
  if (family === 'sqlite') return { table: `main.${table}`, before: [] }
  if (family === 'mysql') {
    const leaves = steps.some((step) => step.statements.some((s) => /^USE\b/.test(headOf(s.sql, family))))
    const home = leaves ? own?.database : undefined
    return { table: within(setup.versionSchema ?? home), before: home === undefined ? [] : [`USE ${quote(home)}`] }
  }
  const home = versionHome(own?.schema)
  const made = [setup.versionSchema, home].filter((s) => typeof s === 'string' && s !== 'public') as string[]
  const path = home === undefined || home === 'public' ? [] : [`SET search_path TO ${quote(home)}, public`]
  return {
    table: within(setup.versionSchema ?? home),
    before: [...new Set(made)].map((s) => `CREATE SCHEMA IF NOT EXISTS ${quote(s)}`).concat(path),
  }
}

/** Heads that stop or begin to be heads, with the set of what is applied moved on. */
function stepHeads(graph: Graph, { id, down }: Revision, direction: Direction, applied: Set<string>) {
  const others = (of: string) => (graph.children.get(of) ?? []).filter((c) => c !== id && applied.has(c))
  if (direction === 'up') applied.add(id)
  else applied.delete(id)
  return { covered: down, uncovered: down.filter((parent) => others(parent).length === 0) }
}

async function statementsOf(revision: Revision, body: RevisionBody, direction: Direction, family: Family) {
  const way = direction === 'up' ? body.up : body.down
  if (way.kind === 'sql') return way.statements
  if (way.kind === 'none') return []
  const { dialect } = await engineFor(family)
  return recordWay(way, { family, dialect, file: basename(revision.path) })
}

/**
 * The script between the two ends of a range (`A:B`; upwards from the base where there is one end). Throws REVISION_UNKNOWN, SEVERAL_HEADS,
 * REVISION_INVALID, REVISION_IRREVERSIBLE, USAGE where the engine is not known, UNSUPPORTED for a module that reads rows.
 */
export async function offline(setup: RevisionsSetup, range: string, direction: Direction): Promise<string> {
  const { from, to } = rangeOf(range, direction)
  const family = scriptFamily(setup)
  const { dialect } = await engineFor(family)
  const graph = await readFolder(setup.folder)
  const start = resolveRevisions(graph, from)
  const applied = ancestors(graph, start)
  const target = resolveTarget(graph, to, start, direction)
  const path = direction === 'up' ? upgradePath(graph, applied, target) : downgradePath(graph, applied, target)
  const body = (revision: Revision) => readBody(revision, family)
  const steps: ScriptStep[] = []
  for (const one of await comingOf({ family, body }, path, direction)) {
    const statements = await statementsOf(one.revision, one.body, direction, family)
    const heads = stepHeads(graph, one.revision, direction, applied)
    steps.push({ revision: one.revision, direction, statements, checksum: one.body.checksum, ...heads })
  }
  const { table, before } = await places(setup, family, dialect, steps)
  const title = `naru ${direction === 'up' ? 'upgrade' : 'downgrade'} ${from}:${to}`
  return scriptOf(steps, { family, versions: versionSql(table, family), begins: start.length === 0, before, title })
}
