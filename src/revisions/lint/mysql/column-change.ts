/** What MODIFY and CHANGE do to a column whose former definition stands in the same script. */

import type { LintContext } from '../rule.ts'
import type { Clause } from '../text/alter.ts'
import { type ColumnText, readColumn, type TypeText } from '../text/column.ts'
import { knownColumn, knownTable, type Statement } from '../text/known.ts'
import { significant } from '../text/token.ts'
import type { Server } from './server.ts'

/** A column before and after a clause. */
export interface ColumnChange {
  readonly name: string
  /** Undefined: the script does not say what it was. */
  readonly from: ColumnText | undefined
  /** The type that it had, by the script or else by the database; null: not known. */
  readonly fromType: TypeText | null
  readonly to: ColumnText
}

/** The change that a clause makes; null where it is no MODIFY or CHANGE. */
export function columnChange(
  statement: Statement,
  clause: Clause,
  { columnType }: Pick<LintContext, 'columnType'>,
): ColumnChange | null {
  if (clause.kind !== 'modify-column' && clause.kind !== 'change-column') return null
  if (statement.act.kind !== 'alter-table') return null
  const name = clause.kind === 'change-column' ? clause.from.name : clause.column.name
  const table = statement.act.table.name
  const from = knownColumn(statement, table, name)
  const native = from === undefined ? columnType?.(table, name) : undefined
  const asked = native ? readColumn(significant(`c ${native}`, 'mysql')) : null
  return { name, from, fromType: from?.type ?? asked?.type ?? null, to: clause.column }
}

const SYNONYMS: Readonly<Record<string, string>> = {
  INTEGER: 'INT',
  INT4: 'INT',
  INT1: 'TINYINT',
  INT2: 'SMALLINT',
  INT3: 'MEDIUMINT',
  INT8: 'BIGINT',
  BOOL: 'TINYINT',
  BOOLEAN: 'TINYINT',
  DEC: 'DECIMAL',
  NUMERIC: 'DECIMAL',
  FIXED: 'DECIMAL',
  'DOUBLE PRECISION': 'DOUBLE',
  REAL: 'DOUBLE',
  'CHARACTER VARYING': 'VARCHAR',
  CHARACTER: 'CHAR',
}

const INTS = new Set(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT'])

/** The name of a type without its synonyms. */
export const typeWord = (type: TypeText): string => SYNONYMS[type.word] ?? type.word

/** Whether two types are stored alike: the width of an integer is display only. */
function sameType(a: TypeText, b: TypeText): boolean {
  if (typeWord(a) !== typeWord(b) || a.unsigned !== b.unsigned || a.zerofill !== b.zerofill) return false
  return INTS.has(typeWord(a)) || JSON.stringify(a.args) === JSON.stringify(b.args)
}

/** Bytes that a character takes at most; null where the character set is not said anywhere. */
function characterBytes(statement: Statement, column: ColumnText): number | null {
  const table = statement.act.kind === 'alter-table' ? knownTable(statement, statement.act.table.name) : undefined
  const option = table?.options.findLast((o) => o.name === 'CHARSET')?.value.toLowerCase()
  const charset = column.charset ?? column.collation?.split('_')[0] ?? option
  if (typeWord(column.type!) === 'VARBINARY') return 1
  if (charset === undefined) return null
  return /^utf8mb4|utf16|utf32/.test(charset)
    ? 4
    : /^utf8/.test(charset)
      ? 3
      : /^(latin|ascii|cp12|binary)/.test(charset)
        ? 1
        : null
}

/** How the type of a column changes. */
export type TypeChange = 'unknown' | 'same' | 'appended' | 'grown' | 'length-byte' | 'copied'

/** What is stored per row: nothing anew, or all of it. Of lengths whose bytes are not known, it is the milder. */
export function typeChange(statement: Statement, server: Server, { from, fromType, to }: ColumnChange): TypeChange {
  if (fromType === null || to.type === null) return 'unknown'
  if ((from?.charset ?? to.charset) !== (to.charset ?? from?.charset)) return 'copied'
  // The database was asked for the type alone: a new character set is not seen.
  if (from === undefined && (to.charset ?? to.collation) !== undefined) return 'unknown'
  if (sameType(fromType, to.type)) return 'same'
  const [a, b] = [typeWord(fromType), typeWord(to.type)]
  if (a !== b) return 'copied'
  if (a === 'ENUM' || a === 'SET') return appends(a, fromType.args, to.type.args) ? 'appended' : 'copied'
  if (a !== 'VARCHAR' && a !== 'VARBINARY') return 'copied'
  const [old, wanted] = [Number(fromType.args[0]), Number(to.type.args[0])]
  if (!(wanted >= old)) return 'copied'
  const bytes = from === undefined ? null : characterBytes(statement, from)
  if (bytes === null) return 'grown'
  const crosses = wanted * bytes > 255 && old * bytes <= 255 && !(server.mariadb === true && old * bytes <= 127)
  return crosses ? 'length-byte' : 'grown'
}

/** Labels at the end, and a value takes as many bytes as before. */
function appends(kind: 'ENUM' | 'SET', from: readonly string[], to: readonly string[]): boolean {
  const wide = (n: number) => (kind === 'ENUM' ? (n > 255 ? 2 : 1) : n > 32 ? 8 : Math.ceil(n / 8))
  return from.every((v, i) => to[i] === v) && wide(from.length) === wide(to.length)
}
