/** ALTER TABLE as a list of commands, each with its place. */
import type { AlterTableCmd, AlterTableType, Node } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import { as, tableName } from './node.ts'

/** A word or sign of a statement; `from` and `to` are offsets in characters (UTF-16). */
export interface Token {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** A stretch of a statement, in characters (UTF-16). */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Alteration {
  readonly kind: AlterTableType | undefined
  readonly table: ObjectName
  readonly cmd: AlterTableCmd
  /** The only command of its statement. */
  readonly single: boolean
  /** ALTER TABLE ONLY. */
  readonly only: boolean
  /** Where the command stands, without the comma behind it. */
  span(): Span
  /** `ALTER TABLE IF EXISTS ONLY a.b` as it was written, without comments. */
  head(): string
}

/** Number of the first token of the first command: behind the name of the table. */
function headLength(tokens: readonly Token[]): number {
  const word = (i: number) => tokens[i]?.text.toLowerCase()
  let i = 2
  if (word(i) === 'if') i += 2
  if (word(i) === 'only') i++
  // ONLY (name) is allowed too.
  const inside = word(i) === '('
  if (inside) i++
  i++
  while (word(i) === '.') i += 2
  if (inside) i++
  return word(i) === '*' ? i + 1 : i
}

/** Splits at commas that stand in no brackets. */
function spansOf(tokens: readonly Token[]): Span[] {
  const spans: Span[] = []
  let depth = 0
  let first = headLength(tokens)
  for (let i = first; i <= tokens.length; i++) {
    const text = tokens[i]?.text
    if (text === '(' || text === '[') depth++
    if (text === ')' || text === ']') depth--
    if (text !== undefined && (text !== ',' || depth > 0)) continue
    spans.push({ from: tokens[first].from, to: tokens[i - 1].to })
    first = i + 1
  }
  return spans
}

function headOf(tokens: readonly Token[]): string {
  const words = tokens.slice(0, headLength(tokens)).map((t) => t.text)
  return words.join(' ').replaceAll(' . ', '.')
}

/** The commands of ALTER TABLE (also of its partitions; not of views, indexes, sequences). */
export function alterationsOf(node: Node, tokens: () => readonly Token[]): readonly Alteration[] {
  const statement = as(node, 'AlterTableStmt')
  if (statement === undefined || statement.objtype !== 'OBJECT_TABLE') return []
  const table = tableName(statement.relation)
  const cmds = statement.cmds ?? []
  return cmds.map((each, i) => {
    const cmd = as(each, 'AlterTableCmd') ?? {}
    return {
      kind: cmd.subtype,
      table,
      cmd,
      single: cmds.length === 1,
      only: statement.relation?.inh !== true,
      span: () => spansOf(tokens())[i],
      head: () => headOf(tokens()),
    }
  })
}
