/** Questions over several rows: keys that the target takes for one, and foreign keys that point nowhere. */
import type { Database, Dialect } from '../core/engine.ts'
import { displayName, type ForeignKey, type ObjectName } from '../core/schema.ts'
import type { Traits } from '../diff/convert-traits.ts'
import { type Answers, answered, keyQuestionId } from './answers.ts'
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

/** Asks for both, table by table, what `known` has no answer to. */
export async function keyAnswers(
  db: Database,
  from: Traits,
  drafts: readonly DraftTable[],
  known?: Answers,
): Promise<KeyAnswer[]> {
  if (from.grammar === null) return []
  const answers: KeyAnswer[] = []
  for (const draft of drafts) {
    const questions = [
      ...foldingKeys(draft).map((key) => duplicates(db, draft, key)),
      ...doubtfulKeys(from, drafts, draft).map((fk) => orphans(db, drafts, draft, fk, from)),
    ]
    for (const { condition, samples, ...place } of questions) {
      const { code } = place
      const answer = await answered(
        known,
        () => keyQuestionId(code, condition),
        async () => {
          const [row] = await db.query(
            `SELECT ${code === 'ORPHANS' ? 'count(*)' : 'coalesce(sum(n - 1), 0)'} AS n ${condition}`,
          )
          const count = Number(row.n)
          return { count, samples: count === 0 ? [] : await samples() }
        },
      )
      if (answer.count > 0) answers.push({ ...place, count: answer.count, samples: answer.samples })
    }
  }
  return answers
}

/** What is asked of a key. */
interface KeyQuestion extends Pick<KeyAnswer, 'code' | 'draft' | 'column' | 'key'> {
  /** FROM and WHERE of what is counted. */
  readonly condition: string
  samples(): Promise<string[]>
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

function duplicates(db: Database, draft: DraftTable, key: FoldingKey): KeyQuestion {
  const d = db.engine.dialect
  const quoted = (k: DraftColumn) => d.quote(k.source.name)
  const groups = key.columns.map((k) => (key.folding.includes(k) ? d.fold(quoted(k)) : quoted(k))).join(', ')
  const set = key.columns.filter((k) => k.source.nullable).map((k) => `${quoted(k)} IS NOT NULL`)
  const where = [...set, ...(draft.where === undefined ? [] : [`(${draft.where})`])]
  const grouped = `FROM ${d.table(draft.source.name)}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} GROUP BY ${groups} HAVING count(*) > 1`
  const ends = key.folding.flatMap((k, i) => [`min(${quoted(k)}) AS a${i}`, `max(${quoted(k)}) AS b${i}`]).join(', ')
  return {
    code: 'DUPLICATE_KEY',
    draft,
    column: key.folding[0],
    key: key.name,
    condition: `FROM (SELECT count(*) AS n ${grouped}) AS g`,
    async samples() {
      const rows = await db.query(`SELECT ${ends} ${grouped} LIMIT 5`)
      return rows.map((r) => key.folding.map((_, i) => `'${r[`a${i}`]}' and '${r[`b${i}`]}'`).join(', '))
    },
  }
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

function orphans(
  db: Database,
  drafts: readonly DraftTable[],
  draft: DraftTable,
  fk: ForeignKey,
  from: Traits,
): KeyQuestion {
  const d = db.engine.dialect
  const parent = drafts.find((t) => displayName(t.source.name) === displayName(fk.references))
  const folding = fk.columns.filter((c) => foldsHereOnly(from, draft, c))
  const condition =
    folding.length > 0 ? strictOrphans(d, draft, parent, fk, folding) : plainOrphans(d, draft, parent, fk)
  const values = fk.columns.map((c, i) => `c.${d.quote(c)} AS k${i}`).join(', ')
  return {
    code: 'ORPHANS',
    draft,
    column: draft.columns.find((k) => k.source.name === fk.columns[0]) ?? null,
    key: fk.name || fk.columns.join(', '),
    condition,
    async samples() {
      const rows = await db.query(`SELECT ${values} ${condition} LIMIT 5`)
      return rows.map((r) => fk.columns.map((c, i) => `${c} = ${String(r[`k${i}`])}`).join(', '))
    },
  }
}

/** The source takes 'a' for 'A' in this column, the target will not. */
function foldsHereOnly(from: Traits, draft: DraftTable, column: string): boolean {
  const found = draft.columns.find((k) => k.source.name === column)
  return found?.source.caseInsensitive === true && !found.target.caseInsensitive && from.grammar !== 'postgres'
}

function setColumns(d: Dialect, fk: ForeignKey): string[] {
  return fk.columns.map((c) => `c.${d.quote(c)} IS NOT NULL`)
}

function equalColumns(d: Dialect, fk: ForeignKey): string[] {
  return fk.columns.map((c, i) => `p.${d.quote(fk.referencedColumns[i])} = c.${d.quote(c)}`)
}

function plainOrphans(d: Dialect, draft: DraftTable, parent: DraftTable | undefined, fk: ForeignKey): string {
  const on = [...equalColumns(d, fk), ...(parent?.where === undefined ? [] : [`(${parent.where})`])]
  const own = draft.where === undefined ? [] : [`(${draft.where})`]
  const missing = `NOT EXISTS (SELECT 1 FROM ${d.table(fk.references)} p WHERE ${on.join(' AND ')})`
  return `FROM ${d.table(draft.source.name)} c WHERE ${[...setColumns(d, fk), ...own, missing].join(' AND ')}`
}

/**
 * Partners are found by the source's own equality, which has the index, and then compared byte by byte. In an outer join: MariaDB takes
 * columns that are equal without case for interchangeable within a subquery (10.11), and would compare a column with itself.
 */
function strictOrphans(
  d: Dialect,
  draft: DraftTable,
  parent: DraftTable | undefined,
  fk: ForeignKey,
  folding: readonly string[],
): string {
  const part = (name: ObjectName, where: string | undefined) =>
    where === undefined ? d.table(name) : `(SELECT * FROM ${d.table(name)} WHERE ${where})`
  const differs = folding.map(
    (c) => `hex(p.${d.quote(fk.referencedColumns[fk.columns.indexOf(c)])}) <> hex(c.${d.quote(c)})`,
  )
  const alone = `(p.${d.quote(fk.referencedColumns[0])} IS NULL OR ${differs.join(' OR ')})`
  const joined = `${part(draft.source.name, draft.where)} c LEFT JOIN ${part(fk.references, parent?.where)} p`
  return `FROM ${joined} ON ${equalColumns(d, fk).join(' AND ')} WHERE ${[...setColumns(d, fk), alone].join(' AND ')}`
}
