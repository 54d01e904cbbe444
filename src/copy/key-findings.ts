/** Questions over several rows: keys that the target takes for one, and foreign keys that point nowhere. */
import type { Database, Dialect } from '../core/engine.ts'
import { displayName, type ForeignKey } from '../core/schema.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftColumn, DraftTable } from './draft.ts'

export interface KeyAnswer {
  readonly code: 'DUPLICATE_KEY' | 'ORPHANS'
  readonly draft: DraftTable
  /** First column of the key, for the finding's place. */
  readonly column: DraftColumn | null
  /** Name of the key or foreign key. */
  readonly key: string
  readonly count: number
  readonly samples: readonly string[]
}

/** Asks for both, table by table. */
export async function keyAnswers(db: Database, from: Traits, drafts: readonly DraftTable[]): Promise<KeyAnswer[]> {
  if (from.grammar === null) return []
  const answers: KeyAnswer[] = []
  for (const draft of drafts) {
    for (const key of foldingKeys(draft)) answers.push(...(await duplicates(db, draft, key)))
    for (const fk of doubtfulKeys(from, drafts, draft)) answers.push(...(await orphans(db, drafts, draft, fk, from)))
  }
  return answers
}

interface FoldingKey {
  readonly name: string
  readonly columns: readonly DraftColumn[]
  /** Those of them that the target compares without case where the source does not. */
  readonly folding: readonly DraftColumn[]
}

/** Unique keys of the target over texts that it folds and the source does not. */
function foldingKeys(draft: DraftTable): FoldingKey[] {
  const indexes = draft.target.indexes
    .filter((i) => i.unique && i.where === undefined && i.parts.every((p) => p.column !== undefined))
    .map((i) => ({ name: i.name, columns: i.parts.map((p) => p.column ?? '') }))
  const keys = [...(draft.target.primaryKey ? [draft.target.primaryKey] : []), ...draft.target.uniques, ...indexes]
  return keys.flatMap((key) => {
    const columns = key.columns.flatMap((name) => draft.columns.find((k) => k.target.name === name) ?? [])
    const folding = columns.filter(
      (k) => k.target.caseInsensitive && !k.source.caseInsensitive && k.source.type.logical.kind === 'text',
    )
    return columns.length < key.columns.length || folding.length === 0 ? [] : [{ name: key.name, columns, folding }]
  })
}

async function duplicates(db: Database, draft: DraftTable, key: FoldingKey): Promise<KeyAnswer[]> {
  const d = db.engine.dialect
  const quoted = (k: DraftColumn) => d.quote(k.source.name)
  const groups = key.columns.map((k) => (key.folding.includes(k) ? d.fold(quoted(k)) : quoted(k))).join(', ')
  const set = key.columns.filter((k) => k.source.nullable).map((k) => `${quoted(k)} IS NOT NULL`)
  const where = [...set, ...(draft.where === undefined ? [] : [`(${draft.where})`])]
  const grouped = `FROM ${d.table(draft.source.name)}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} GROUP BY ${groups} HAVING count(*) > 1`
  const [row] = await db.query(`SELECT coalesce(sum(n - 1), 0) AS n FROM (SELECT count(*) AS n ${grouped}) AS g`)
  const count = Number(row.n)
  if (count === 0) return []
  const ends = key.folding.flatMap((k, i) => [`min(${quoted(k)}) AS a${i}`, `max(${quoted(k)}) AS b${i}`]).join(', ')
  const rows = await db.query(`SELECT ${ends} ${grouped} LIMIT 5`)
  const samples = rows.map((r) => key.folding.map((_, i) => `'${r[`a${i}`]}' and '${r[`b${i}`]}'`).join(', '))
  return [{ code: 'DUPLICATE_KEY', draft, column: key.folding[0], key: key.name, count, samples }]
}

/**
 * Foreign keys that the source does not vouch for: SQLite checks none unless told, MySQL's checks can be off, PostgreSQL's may be NOT
 * VALID; rows that --where leaves out are missed by those that stay; and a key without regard to case finds no partner where case counts.
 */
function doubtfulKeys(from: Traits, drafts: readonly DraftTable[], draft: DraftTable): ForeignKey[] {
  return draft.source.foreignKeys.filter((fk) => {
    const parent = drafts.find((t) => displayName(t.source.name) === displayName(fk.references))
    if (parent === undefined || !carried(draft, fk)) return false
    return !from.trustsForeignKeys || fk.notValid || parent.where !== undefined
  })
}

/** Whether the foreign key comes along: it may have been left for other reasons. */
function carried(draft: DraftTable, fk: ForeignKey): boolean {
  const columns = fk.columns.map((name) => draft.columns.find((k) => k.source.name === name)?.target.name)
  return draft.target.foreignKeys.some((t) => !t.notValid && t.columns.join('\0') === columns.join('\0'))
}

async function orphans(
  db: Database,
  drafts: readonly DraftTable[],
  draft: DraftTable,
  fk: ForeignKey,
  from: Traits,
): Promise<KeyAnswer[]> {
  const d = db.engine.dialect
  const parent = drafts.find((t) => displayName(t.source.name) === displayName(fk.references))
  const set = fk.columns.map((c) => `c.${d.quote(c)} IS NOT NULL`)
  const on = fk.columns.flatMap((c, i) => pairing(d, from, draft, c, fk.referencedColumns[i]))
  if (parent?.where !== undefined) on.push(`(${parent.where})`)
  const own = draft.where === undefined ? [] : [`(${draft.where})`]
  const missing = `NOT EXISTS (SELECT 1 FROM ${d.table(fk.references)} p WHERE ${on.join(' AND ')})`
  const condition = `FROM ${d.table(draft.source.name)} c WHERE ${[...set, ...own, missing].join(' AND ')}`
  const [row] = await db.query(`SELECT count(*) AS n ${condition}`)
  const count = Number(row.n)
  if (count === 0) return []
  const rows = await db.query(
    `SELECT ${fk.columns.map((c, i) => `c.${d.quote(c)} AS k${i}`).join(', ')} ${condition} LIMIT 5`,
  )
  const samples = rows.map((r) => fk.columns.map((c, i) => `${c} = ${String(r[`k${i}`])}`).join(', '))
  const column = draft.columns.find((k) => k.source.name === fk.columns[0]) ?? null
  return [{ code: 'ORPHANS', draft, column, key: fk.name || fk.columns.join(', '), count, samples }]
}

/** Equal for the source; and equal byte by byte where only the target will look at case (the first condition still finds the index). */
function pairing(d: Dialect, from: Traits, draft: DraftTable, child: string, parent: string): string[] {
  const column = draft.columns.find((k) => k.source.name === child)
  const equal = `p.${d.quote(parent)} = c.${d.quote(child)}`
  const folds = column?.source.caseInsensitive && !column.target.caseInsensitive && from.grammar !== 'postgres'
  return folds ? [equal, `hex(p.${d.quote(parent)}) = hex(c.${d.quote(child)})`] : [equal]
}
