/** Revisions as a script for psql, mariadb or sqlite3, with the bookkeeping that naru itself would do. Pure. */
import { printable } from '../core/printable.ts'
import type { Revision, RevisionStatement } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { statementsChecksum } from './checksum.ts'
import { kindOf } from './kinds.ts'
import { partsOf } from './parts.ts'
import type { Progress, VersionSql } from './version-sql.ts'

/** A revision on its way in a script. */
export interface ScriptStep {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
  readonly statements: readonly RevisionStatement[]
  readonly checksum: string
  /** Revisions that are no heads any more, or become heads again, when it is done. */
  readonly covered: readonly string[]
  readonly uncovered: readonly string[]
}

export interface ScriptOptions {
  readonly family: Family
  readonly versions: VersionSql
  /** Nothing is applied before it: it makes the version table, which is there otherwise. */
  readonly begins: boolean
  /** Statements before everything, such as the schema that is meant. */
  readonly before: readonly string[]
  /** What the script leads from and to, for people. */
  readonly title: string
}

const CLIENT: Readonly<Record<Family, { readonly name: string; readonly head: readonly string[] }>> = {
  postgres: { name: 'psql -f', head: ['\\set ON_ERROR_STOP on', "SET client_encoding = 'UTF8';"] },
  mysql: { name: 'mariadb <', head: ['SET NAMES utf8mb4;'] },
  sqlite: { name: 'sqlite3 <', head: ['.bail on'] },
}

/** What a revision may have set for the session is taken back before the next one. */
const RESETS: Readonly<Record<Family, readonly string[]>> = {
  postgres: ['RESET SESSION AUTHORIZATION', 'RESET ROLE', 'RESET ALL', "SET client_encoding = 'UTF8'"],
  mysql: [
    'SET NAMES utf8mb4',
    'SET SESSION sql_mode = DEFAULT, time_zone = DEFAULT, foreign_key_checks = DEFAULT, unique_checks = DEFAULT',
  ],
  sqlite: ['PRAGMA foreign_keys = OFF', 'PRAGMA legacy_alter_table = OFF', 'PRAGMA ignore_check_constraints = OFF'],
}

const OWN_ROLE = ['SET LOCAL SESSION AUTHORIZATION DEFAULT', 'SET LOCAL ROLE NONE']

const DELIMITERS = ['//', '$$', ';;', '~~', '#end#']

/** A statement with what ends it for the client. */
function ended(sql: string, family: Family): string {
  const text = sql.trimEnd()
  // A body holds semicolons; where only a text does, the other mark does no harm.
  if (family === 'mysql' && text.includes(';')) {
    const mark = DELIMITERS.find((d) => !text.includes(d)) ?? '//'
    return `DELIMITER ${mark}\n${text}\n${mark}\nDELIMITER ;`
  }
  // A comment at the end would swallow the semicolon.
  return /--[^\n]*$|#[^\n]*$/.test(text.slice(text.lastIndexOf('\n') + 1)) ? `${text}\n;` : `${text};`
}

interface Going extends ScriptStep {
  readonly o: ScriptOptions
  /** Its statements change the session. */
  readonly sets: boolean
}

function progressOf(g: Going, done: number, running: string | null): Progress {
  const sums = g.statements.slice(0, done).map((s) => statementsChecksum([s], g.o.family).slice(0, 16))
  return {
    state: g.direction === 'up' ? 'upgrading' : 'downgrading',
    of: Math.max(1, g.statements.length),
    sums,
    running: running === null ? null : { sql: running, before: null, debris: [] },
  }
}

const finished = (g: Going) => ({ state: 'applied', checksum: g.checksum, message: g.revision.message, ms: 0 }) as const

/** The row is made before anything else, so that a script that runs a second time stops there. */
function beginning(g: Going): string[] {
  const { versions } = g.o
  const progress = progressOf(g, 0, null)
  const { id } = g.revision
  return [g.direction === 'up' ? versions.insert(id, { ...finished(g), progress }) : versions.progress(id, progress)]
}

function note(g: Going, done: number, running: string | null): string[] {
  const { versions } = g.o
  const { id } = g.revision
  const own = g.sets && g.o.family === 'postgres' ? OWN_ROLE : []
  if (done < g.statements.length || running !== null)
    return [...own, versions.progress(id, progressOf(g, done, running))]
  if (g.direction === 'down') {
    return [...own, versions.remove([id]), ...(g.uncovered.length === 0 ? [] : [versions.head(g.uncovered, true)])]
  }
  return [
    ...own,
    versions.finish(id, finished(g)),
    ...(g.covered.length === 0 ? [] : [versions.head(g.covered, false)]),
  ]
}

function transaction(statements: readonly string[], family: Family): string[] {
  const lines = statements.map((sql) => ended(sql, family))
  return [family === 'sqlite' ? 'BEGIN IMMEDIATE;' : 'BEGIN;', ...lines, 'COMMIT;']
}

function stepLines(step: ScriptStep, o: ScriptOptions): string[] {
  const { family } = o
  const sets = step.statements.some((s) => kindOf(s.sql, family).session)
  const g: Going = { ...step, o, sets }
  const parts = partsOf(step.statements, { family, from: 0, enumsApart: true })
  const title = `-- ${step.direction === 'up' ? 'upgrade' : 'downgrade'} ${step.revision.id} ${printable(step.revision.message)}`
  const body = parts.flatMap((part, i) => {
    const first = i === 0 ? beginning(g) : []
    const sqls = part.statements.map((s) => s.sql)
    const done = part.first + sqls.length
    if (part.kind === 'together') return transaction([...first, ...sqls, ...note(g, done, null)], family)
    return [
      ...transaction([...first, ...note(g, part.first, sqls[0])], family),
      ended(sqls[0], family),
      ...transaction(note(g, done, null), family),
    ]
  })
  const empty = parts.length === 0 ? transaction([...beginning(g), ...note(g, 0, null)], family) : []
  const resets = sets ? [...RESETS[family], ...o.before].map((sql) => ended(sql, family)) : []
  return ['', title.trimEnd(), ...body, ...empty, ...resets]
}

function headLines(o: ScriptOptions): string[] {
  const { name, head } = CLIENT[o.family]
  const first = [...o.before, ...(o.begins ? [o.versions.create] : [])].map((sql) => ended(sql, o.family))
  return [`-- ${printable(o.title)}`, `-- Run it with: ${name} this file`, ...head, ...first]
}

/** The script. It stops at its first error; what was final then stays and is noted, and `naru upgrade` goes on from there. */
export function scriptOf(steps: readonly ScriptStep[], o: ScriptOptions): string {
  return `${[...headLines(o), ...steps.flatMap((step) => stepLines(step, o))].join('\n')}\n`
}

/** The script that changes the version table alone, in one transaction. */
export function stampScript(statements: readonly string[], o: ScriptOptions): string {
  return `${[...headLines(o), '', ...transaction(statements, o.family)].join('\n')}\n`
}
