/** `naru stamp --sql`: the bookkeeping as a script; no database is asked. */
import { NaruError } from '../../core/error.ts'
import { engineFor } from '../../engines/index.ts'
import { ancestors, headsOf } from '../../revisions/graph.ts'
import { resolveRevisions } from '../../revisions/resolve.ts'
import { stampScript } from '../../revisions/script.ts'
import { versionSql } from '../../revisions/version-sql.ts'
import { readBody, readFolder } from './files.ts'
import { places, scriptFamily } from './offline.ts'
import type { RevisionsSetup } from './setup.ts'
import { type StampGoal, stampedRevisions, stampStatements } from './stamp-rows.ts'

interface Ends {
  readonly from: string
  readonly to: readonly string[]
}

/** `A:B` says where the table stands; without it, nothing is in it. */
function endsOf(texts: readonly string[]): Ends {
  const at = texts[0].indexOf(':')
  if (!texts.some((text) => text.includes(':'))) return { from: 'base', to: texts }
  if (texts.length === 1) return { from: texts[0].slice(0, at) || 'base', to: [texts[0].slice(at + 1) || 'heads'] }
  throw new NaruError('USAGE', 'a range A:B stands alone', {
    why: `there are ${texts.length} arguments: ${texts.join(' ')}`,
    hint: 'Say where the database stands and where it shall: naru stamp A:B --sql.',
    state: 'nothing was changed',
  })
}

/**
 * The script that makes the version table say that these revisions are there and all before them, beginning at the base or, of `A:B`, at A.
 * `purge`: whatever it says is deleted first. Throws REVISION_UNKNOWN, SEVERAL_HEADS, USAGE where the engine is not known.
 */
export async function stampOffline(setup: RevisionsSetup, { revisions, purge = false }: StampGoal): Promise<string> {
  const { from, to } = endsOf(revisions)
  const family = scriptFamily(setup)
  const { dialect } = await engineFor(family)
  const graph = await readFolder(setup.folder)
  const start = resolveRevisions(graph, from)
  const { table, before } = await places(setup, family, dialect)
  const sql = versionSql(table, family)
  const there = purge ? [] : ancestors(graph, start)
  const heads = new Set(headsOf(graph, there))
  const rows = [...there].map((id) => ({ id, head: heads.has(id), progress: null, checksum: null }))
  const goal = stampedRevisions(graph, start, { revisions: to, purge })
  const marking = { graph, sql, body: (revision: (typeof goal)[number]) => readBody(revision, family) }
  const statements = [...(purge ? [sql.clear()] : []), ...(await stampStatements(marking, rows, goal))]
  const title = `naru stamp ${purge ? '--purge ' : ''}${from === 'base' ? to.join(' ') : revisions[0]}`
  return stampScript(statements, { family, versions: sql, begins: purge || start.length === 0, before, title })
}
