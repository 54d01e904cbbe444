/** A line of revisions made one. */
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision } from '../../core/revision.ts'
import { readText } from '../../revisions/folder.ts'
import type { Graph } from '../../revisions/graph.ts'
import { checkWord, newId } from '../../revisions/ids.ts'
import { named, resolveOne } from '../../revisions/resolve.ts'
import { type SquashedTexts, squashTexts } from '../../revisions/squash.ts'
import { type RevisionFile, writeRevision } from '../../revisions/write.ts'
import type { Family } from '../../schema/sql-body.ts'
import { entryOf, type RevisionEntry } from './entries.ts'
import { readBody, readFolder } from './files.ts'
import { checkFit } from './new.ts'

export interface SquashOptions {
  /** `A..B`: from A to B, both among them; `base..B`: from the first. */
  readonly range: string
  readonly message?: string
  readonly id?: string
  /** What the statements are written for; null: nothing says it. */
  readonly family: Family | null
}

export interface SquashReport {
  readonly revision: RevisionEntry
  /** Ids that it stands for, oldest first. */
  readonly replaced: readonly string[]
  /** Files that are gone. */
  readonly removed: readonly string[]
  readonly warnings: readonly string[]
}

const refused = (what: string, why: string, hint: string) => new NaruError('REVISION_INVALID', what, { why, hint })

function endsOf(graph: Graph, range: string): { from: string | null; to: string } {
  const [a, b, more] = range.split(/\.\.|:/)
  if (a === undefined || b === undefined || more !== undefined || b.trim() === '')
    throw new NaruError('USAGE', `${JSON.stringify(range)} is no range`, {
      hint: 'Write A..B: from A to B, both among them.',
    })
  const to = resolveOne(graph, b.trim())
  const from = a.trim() === '' ? null : resolveOne(graph, a.trim())
  if (to !== null) return { from, to }
  throw refused('nothing is to be squashed', 'the range ends at the base', 'Name the last revision of the range.')
}

/** The revisions from one to another, oldest first. Throws REVISION_INVALID where they are no line. */
function lineOf(graph: Graph, { from, to }: { from: string | null; to: string }): Revision[] {
  const line: Revision[] = []
  for (let at: string | null = to; at !== null; ) {
    const r: Revision = graph.revisions.get(at)!
    line.unshift(r)
    if (at === from) break
    if (r.down.length > 1)
      throw refused(
        `${named(graph, at)} joins branches`,
        `it follows ${r.down.join(', ')}`,
        'Let the range begin there, or end before it.',
      )
    at = r.down[0] ?? null
    if (at === null && from !== null)
      throw refused(
        `${named(graph, from)} does not lead to ${named(graph, to)}`,
        'no line of revisions joins them',
        'See `naru history`.',
      )
  }
  if (line.length > 1) return line
  throw refused(
    'nothing is to be squashed',
    `${named(graph, to)} is one revision already`,
    'Name a range of two or more.',
  )
}

function checkMembers(graph: Graph, line: readonly Revision[]): void {
  for (const [i, r] of line.entries()) {
    const name = named(graph, r.id)
    if (r.kind === 'ts')
      throw refused(
        `${name} is written in TypeScript`,
        'only statements in SQL can be put together',
        'Squash what is before it and what is after it.',
      )
    if (r.replaces.length > 0)
      throw refused(
        `${name} is itself the result of a squash`,
        `it stands for ${r.replaces.join(', ')}`,
        'Once every database has it and nothing follows what it replaced, delete its line `-- naru:replaces`; then squash.',
      )
    if (i === line.length - 1) continue
    const others = graph.children.get(r.id)!.filter((id) => id !== line[i + 1].id)
    if (others.length > 0)
      throw refused(
        `revisions branch at ${name}`,
        `${others.map((id) => named(graph, id)).join('; ')} follows it too`,
        'Let the range end there, or begin after it.',
      )
    const needing = graph.dependents.get(r.id)!.filter((id) => !line.some((member) => member.id === id))
    if (needing.length > 0)
      throw refused(
        `others depend on ${name}`,
        `${needing.map((id) => named(graph, id)).join('; ')} depends on it`,
        'Let the range end there, or begin after it.',
      )
  }
}

function fileOf(line: readonly Revision[], texts: SquashedTexts, o: SquashOptions): RevisionFile {
  const ids = line.map((r) => r.id)
  const last = line[line.length - 1]
  const needs = new Set(line.flatMap((r) => r.dependsOn).filter((id) => !ids.includes(id)))
  return {
    id: checkWord(o.id ?? newId(), 'revision'),
    down: line[0].down,
    dependsOn: [...needs],
    labels: line.flatMap((r) => r.labels),
    replaces: ids,
    message: o.message ?? `${line.length} revisions: ${line[0].message} to ${last.message}`,
    date: last.date,
    kind: 'sql',
    upText: texts.up,
    downText: texts.down,
  }
}

/** Throws INTERNAL, with the new file gone again, where it does not read back as the statements of the old ones. */
async function checkWritten(
  path: string,
  file: RevisionFile,
  line: readonly Revision[],
  family: Family,
): Promise<void> {
  const { upText: _up, downText: _down, ...header } = file
  const found = await readBody({ ...header, path }, family)
  const bodies = await Promise.all(line.map((r) => readBody(r, family)))
  const statements = (ways: readonly (typeof found.up)[]) =>
    JSON.stringify(
      ways.flatMap((way) =>
        way.kind === 'sql' ? way.statements.map(({ sql, inTransaction }) => [sql, inTransaction]) : [],
      ),
    )
  const up = statements([found.up]) === statements(bodies.map((b) => b.up))
  const down =
    found.down.kind === 'none' || statements([found.down]) === statements(bodies.map((b) => b.down).reverse())
  if (up && down) return
  await rm(path)
  throw new NaruError('INTERNAL', `${basename(path)} did not read back as what it was made of`, {
    state: 'nothing was changed',
  })
}

/**
 * Puts a line of revisions into one file with a new id; what followed or needed the last of them follows and needs it. The old files go
 * when the new one was written and read back. Throws REVISION_INVALID where the range is no line, has a branch or merge point inside, a
 * module or a squashed revision in it, or others depend on an inner one; USAGE where nothing says for which engine it is written.
 */
export async function squash(folder: string, o: SquashOptions): Promise<SquashReport> {
  const { family } = o
  if (family === null)
    throw new NaruError('USAGE', 'it is not known for which engine the revisions are written', {
      hint: 'Say it with --engine postgres, mysql or sqlite, or in naru.config.ts.',
    })
  const graph = await readFolder(folder)
  const line = lineOf(graph, endsOf(graph, o.range))
  checkMembers(graph, line)
  const parts = line.map((r) => ({ id: r.id, message: r.message, file: basename(r.path), text: readText(r.path) }))
  const texts = squashTexts(parts, family)
  const file = fileOf(line, texts, o)
  checkFit(graph, file, new Set(file.replaces))
  const path = await writeRevision(folder, file)
  await checkWritten(path, file, line, family)
  for (const { path: old } of line) await rm(join(folder, basename(old)))
  const revision = entryOf(await readFolder(folder), file.id)
  const warnings =
    texts.irreversible.length === 0 ? [] : [`${file.id} has no way down: ${texts.irreversible.join('; ')}`]
  return { revision, replaced: file.replaces, removed: line.map((r) => r.path), warnings }
}
