/** What keeps a database and the files of the revisions from fitting together: told by `current`, refused by `upgrade` and its kin. */
import { basename } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision } from '../../core/revision.ts'
import { changedRows, type Standing } from '../../revisions/standing.ts'
import type { VersionRow } from '../../revisions/version-table.ts'
import { moment, plural, someOf } from '../format.ts'
import { checksumsOf } from './checksums.ts'
import type { Site } from './site.ts'

/** `3f2a9c1b7d04 (2 of 5 statements)`. */
export function rowName({ id, progress }: Pick<VersionRow, 'id' | 'progress'>): string {
  return progress === null ? id : `${id} (${progress.done} of ${plural(progress.of, 'statement')})`
}

/** Revisions of the folder that a row stands for, in the order in which they were applied. */
function filesOf(site: Site, standing: Standing): Revision[] {
  return standing.rows.flatMap((row) => site.graph.revisions.get(row.id) ?? [])
}

/** Rows whose files were changed after they had been applied. */
async function changed(site: Site, standing: Standing): Promise<readonly VersionRow[]> {
  return changedRows(standing, await checksumsOf(filesOf(site, standing), site.family, site.body))
}

const fileOf = (site: Site, id: string) => basename(site.graph.revisions.get(id)?.path ?? id)

function unknownText(rows: readonly VersionRow[]): string {
  return rows
    .map((r) => `${r.id}${r.message === '' ? '' : ` ${r.message}`} (${r.state} ${moment(r.at)} by ${r.by})`)
    .join('; ')
}

/** One line each. */
export async function troubleLines(site: Site, standing: Standing): Promise<string[]> {
  const lines = standing.unknown.map((r) => `no file knows ${unknownText([r])}`)
  for (const { revision, rows } of standing.torn) {
    lines.push(`${revision.id} replaces ${revision.replaces.join(', ')}, of which only ${rows.join(', ')} is applied`)
  }
  for (const row of await changed(site, standing)) {
    lines.push(`${fileOf(site, row.id)} was changed after it had been applied`)
  }
  return lines
}

/** Throws REVISION_MISSING where the database has revisions that no file knows. */
export function refuseUnknown(standing: Standing): void {
  if (standing.unknown.length > 0) {
    const many = standing.unknown.length > 1
    throw new NaruError(
      'REVISION_MISSING',
      `the database has ${many ? `${standing.unknown.length} revisions` : 'a revision'} that no file knows: ${someOf(
        standing.unknown.map((r) => r.id),
        3,
      )}`,
      { why: unknownText(standing.unknown.slice(0, 3)), state: 'nothing was changed' },
    )
  }
  const torn = standing.torn[0]
  if (torn === undefined) return
  throw new NaruError(
    'REVISION_MISSING',
    `${torn.revision.id} replaces revisions of which the database has only some: ${torn.rows.join(', ')}`,
    {
      why: `it replaces ${torn.revision.replaces.join(', ')}`,
      hint: 'Upgrade with the files as they were before the squash, then come back; or say where the database stands with `naru stamp --purge`.',
      state: 'nothing was changed',
    },
  )
}

/** Throws REVISION_CHANGED where a file says something else than what was applied. */
export async function refuseChanged(site: Site, standing: Standing): Promise<void> {
  const rows = await changed(site, standing)
  if (rows.length === 0) return
  const files = rows.map((r) => fileOf(site, r.id))
  throw new NaruError(
    'REVISION_CHANGED',
    rows.length === 1
      ? `${files[0]} was changed after it had been applied`
      : `${rows.length} files were changed after they had been applied: ${someOf(files, 3)}`,
    {
      why: 'their statements are not those that were run here; comments and blanks do not count',
      hint: `Put ${rows.length === 1 ? 'it' : 'them'} back and write a new revision. Where the change is meant: \`naru stamp current\` takes it over, --allow-changed looks away once.`,
      state: 'nothing was changed',
    },
  )
}

/** Throws APPLY_STOPPED where a revision is half gone the other way. */
export function refuseHalf(standing: Standing, state: 'upgrading' | 'downgrading'): void {
  const row = standing.half.find((r) => r.state === state)
  if (row === undefined) return
  const [done, verb] = state === 'upgrading' ? ['applied', 'upgrade'] : ['taken back', 'downgrade']
  throw new NaruError('APPLY_STOPPED', `${rowName(row)} is half ${done}`, {
    why: `an earlier ${verb} broke off, and what is between its two ends has no way ${state === 'upgrading' ? 'down' : 'up'}`,
    hint: `Mend the cause and finish it: \`naru ${verb} ${state === 'upgrading' ? row.id : '…'}\`; or bring the schema to one of its ends by hand, and say where it is with \`naru stamp\`.`,
    state: 'nothing was changed',
  })
}
