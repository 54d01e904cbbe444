/** Where two branches meet: what both change, or one changes and the other uses. Pure; a replay in both orders decides what that comes to. */
import type { Change, SchemaObject } from '../core/change.ts'

/** A statement of a branch and where it stands. */
export interface BranchStatement {
  readonly file: string
  readonly line: number
  readonly sql: string
}

export interface Branch {
  readonly statements: readonly BranchStatement[]
  /** What becomes of the schema by this branch alone. */
  readonly changes: readonly Change[]
}

/** A table or other object that both branches are about. */
export interface Meeting {
  readonly name: string
  /** What each side does about it. */
  readonly left: readonly BranchStatement[]
  readonly right: readonly BranchStatement[]
  /** One writes its rows while the other changes it or writes them too: no replay on empty tables sees what comes of that. */
  readonly rows: boolean
}

function namesOf(o: SchemaObject): string[] {
  if (o.kind === 'table') return [o.table.name.name]
  const { name, table } = o.object
  return table === undefined ? [name.name] : [name.name, table.name]
}

/** Names of what a branch makes, drops, alters or renames, old and new. */
function changedNames(changes: readonly Change[]): Set<string> {
  const names = changes.flatMap((c) =>
    c.kind === 'alter' ? [...namesOf(c.from), ...namesOf(c.to)] : namesOf(c.object),
  )
  return new Set(names)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Whether a statement has the name as a word of its own, quoted or not. */
function mentions({ sql }: BranchStatement, name: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'iu').test(sql)
}

const WRITES = /^\s*(?:WITH\b[\s\S]*\b)?(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY|LOAD)\b/i

/** Names of tables whose rows a branch writes, as they stand behind the verb. */
function writtenNames(statements: readonly BranchStatement[]): Set<string> {
  const target =
    /\b(?:INSERT\s+(?:IGNORE\s+|OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+|\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)\s+(?:(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|[\w$]+)\s*\.\s*)?("(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|[\p{L}\w$]+)/giu
  const names = statements
    .filter(({ sql }) => WRITES.test(sql))
    .flatMap(({ sql }) => [...sql.matchAll(target)].map((m) => m[1]))
  return new Set(names.map((n) => (/^["`[]/.test(n) ? n.slice(1, -1).replaceAll('""', '"').replaceAll('``', '`') : n)))
}

/** All places where the branches meet, by name. */
export function meetings(left: Branch, right: Branch): Meeting[] {
  const [changesLeft, changesRight] = [changedNames(left.changes), changedNames(right.changes)]
  const [writesLeft, writesRight] = [writtenNames(left.statements), writtenNames(right.statements)]
  const names = new Set([...changesLeft, ...changesRight, ...writesLeft, ...writesRight])
  return [...names].sort().flatMap((name) => {
    const about = (b: Branch) => b.statements.filter((s) => mentions(s, name))
    const [there, here] = [about(left), about(right)]
    if (there.length === 0 || here.length === 0) return []
    const rows =
      (writesLeft.has(name) && (changesRight.has(name) || writesRight.has(name))) ||
      (writesRight.has(name) && changesLeft.has(name))
    const structure = changesLeft.has(name) || changesRight.has(name)
    return rows || structure ? [{ name, left: there, right: here, rows }] : []
  })
}

/** `users: 1a2b_x.sql:8 ALTER TABLE users …; 3f2a_y.sql:9 …` */
export function meetingText({ name, left, right }: Meeting): string {
  const told = (s: BranchStatement) => `${s.file}:${s.line} ${s.sql.replace(/\s+/g, ' ').slice(0, 60)}`
  const some = (all: readonly BranchStatement[]) => [...all.slice(0, 3).map(told), ...(all.length > 3 ? ['…'] : [])]
  return `${name}: ${[...some(left), ...some(right)].join('; ')}`
}
