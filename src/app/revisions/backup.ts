/** `naru upgrade --backup`: copies what the statements may change or delete, before the first of them runs. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import { tableLabel } from '../../core/plan.ts'
import type { Backup, Revision, RevisionBody, RevisionWay } from '../../core/revision.ts'
import type { Table } from '../../core/schema.ts'
import { touchedTables } from '../../revisions/touched.ts'
import { copy } from '../copy.ts'
import { someOf } from '../format.ts'
import { commandLine } from './shell-word.ts'

/** A revision that is about to run. */
export interface Coming {
  readonly revision: Revision
  readonly body: RevisionBody
}

export interface BackupWanted {
  /** The database that is upgraded; open, and at rest. */
  readonly database: Database
  readonly coming: readonly Coming[]
  /** Heads that the database is at, and will be at. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** What is to be copied, known while the database is still open. */
export interface BackupPlan {
  readonly from: Address
  readonly tables: readonly string[]
  readonly way: string
  readonly before: readonly string[]
  /** Revisions that cannot be taken back. */
  readonly final: readonly string[]
  readonly notes: readonly string[]
}

interface Spoken {
  readonly texts: readonly string[]
  /** Modules whose statements cannot all be seen in their text. */
  readonly unseen: readonly string[]
}

/** Imports that bring no SQL: naru itself, and types. */
const IMPORT = /^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s*)?['"]([^'"]+)['"]|\bimport\s*\(|\brequire\s*\(/gm

/** Of a module nobody knows the statements before it runs: its own text names the tables, unless it has others build them. */
async function spokenBy({ revision, body }: Coming): Promise<Spoken> {
  if (body.up.kind === 'sql') return { texts: body.up.statements.map((s) => s.sql), unseen: [] }
  if (body.up.kind === 'none') return { texts: [], unseen: [] }
  const text = await readFile(revision.path, 'utf8')
  const others = [...text.matchAll(IMPORT)].some(([, from]) => from !== 'naru')
  // Leading words of SQL decide whether a statement is harmless; a program never is.
  return { texts: [`program ${text}`], unseen: others ? [revision.id] : [] }
}

async function hasRows(database: Database, table: Table): Promise<boolean> {
  const rows = await database.query(`SELECT 1 AS there FROM ${database.engine.dialect.table(table.name)} LIMIT 1`)
  return rows.length > 0
}

const stamp = (now: Date) => now.toISOString().replace(/[-:]|\.\d+/g, '')
const named = (heads: readonly string[]) => (heads.length === 0 ? 'base' : heads.join('+'))
const isFinal = (way: RevisionWay) => way.kind === 'none'

/** Tables with rows that the revisions may change. Reads only. */
export async function planBackup({ database, coming, before, after }: BackupWanted): Promise<BackupPlan> {
  const spoken = await Promise.all(coming.map(spokenBy))
  const unseen = spoken.flatMap((s) => s.unseen)
  const schema = await database.inspect({ schema: database.address.schema })
  const texts = spoken.flatMap((s) => s.texts)
  const touched = unseen.length > 0 ? schema.tables : touchedTables(schema, texts)
  const tables: string[] = []
  for (const table of touched) {
    if (await hasRows(database, table)) tables.push(tableLabel(table.name, schema.name))
  }
  const whole = `every table is in the backup: ${someOf(unseen, 3)} imports other modules, and what these do cannot be seen`
  return {
    from: database.address,
    tables,
    way: `${stamp(new Date())}-${named(before)}-${named(after)}`,
    before,
    final: coming.filter((c) => isFinal(c.body.down)).map((c) => c.revision.id),
    notes: unseen.length > 0 ? [whole] : [],
  }
}

/** A CSV folder holds a folder for each upgrade; elsewhere the tables go where the address says. */
function placeOf(to: Address, way: string): Address {
  if (to.engine !== 'csv' || to.path === undefined) return to
  const path = join(to.path, way)
  return { ...to, path, label: `csv:${path}` }
}

const escaped = (table: string) => table.replaceAll(',', '\\,')

/** First the tables as they were, then their rows. */
function restoring(plan: BackupPlan, place: Address): Pick<Backup, 'restore' | 'notes'> {
  const { from, final, before } = plan
  const tables = ['--tables', plan.tables.map(escaped).join(',')]
  const rows = (...how: string[]) => commandLine('naru', 'copy', place.label, from.label, ...tables, ...how)
  if (final.length > 0) {
    const why = `${someOf(final, 3)} has no way down: the backup makes its tables anew with their keys and indexes; views and triggers on them are not in it`
    return { restore: [rows('--if-exists', 'drop')], notes: [why] }
  }
  const down = before.length > 1 ? before : [before[0] ?? 'base']
  return {
    restore: [
      ...down.map((id) => commandLine('naru', 'downgrade', id, '--target', from.label)),
      rows('--data-only', '--if-exists', 'truncate'),
    ],
    notes: [],
  }
}

function failed(place: Address, why: string, cause?: unknown): NaruError {
  return new NaruError('BACKUP_FAILED', `the backup to ${place.label} failed`, {
    why,
    state: 'nothing was upgraded',
    cause,
  })
}

/**
 * Copies the tables with all their rows, and compares both sides. Nobody else may hold a database that lives in this process (PGlite) open meanwhile.
 * Throws BACKUP_FAILED.
 */
export async function takeBackup(
  plan: BackupPlan,
  to: Address,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<Backup> {
  if (plan.tables.length === 0) {
    return { place: null, tables: [], restore: [], notes: ['nothing to back up: no table that is touched has rows'] }
  }
  const place = placeOf(to, plan.way)
  const report = await copy(plan.from, place, { tables: plan.tables }, reporter, signal).catch((error: unknown) => {
    const { message, why, code } = toNaruError(error)
    if (code === 'STOPPED') throw error
    throw failed(place, why === undefined ? message : `${message}: ${why}`, error)
  })
  if (report.exit !== 0) throw failed(place, `the copy ended with "${report.verdict}"`)
  const { restore, notes } = restoring(plan, place)
  return {
    place: place.label,
    tables: report.tables.map((t) => ({ table: t.table, rows: Number(t.written) })),
    restore,
    notes: [...plan.notes, ...notes],
  }
}
