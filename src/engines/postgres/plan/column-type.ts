/** The type of a column that stays. */

import type { Hazard, Step } from '../../../core/change.ts'
import type { Column } from '../../../core/schema.ts'
import { stepName } from '../../../core/schema.ts'
import { typeSql } from '../ddl-table.ts'
import { quote } from '../names.ts'
import { rewrites, typeHazards, usingSql } from './casts.ts'
import { alterTable, type ColumnPair, columnLabel } from './column-pair.ts'
import { sizeOf, step } from './reference.ts'

/** ALTER COLUMN … TYPE, where the type, its collation or what it is made of differs. */
export function typeStep(p: ColumnPair): Step[] {
  const { before, table, from, to } = p
  if (!p.retype && from.type.native === to.type.native && from.collation === to.collation) return []
  const collation = to.collation !== undefined ? ` COLLATE ${to.collation}` : ''
  const using = p.retype && from.type.native === to.type.native ? againSql(to) : usingSql(from, to)
  const sql = alterTable(
    table.name,
    `ALTER COLUMN ${quote(to.name)} TYPE ${typeSql(to.type, table.name)}${collation}${using === null ? '' : ` USING ${using}`}`,
  )
  const hazards = typeHazards(before, from, to)
  const anew: Hazard[] =
    p.retype && !rewrites(from, to)
      ? [
          {
            kind: 'rewrite',
            what: `the type of ${stepName(before.name)}.${from.name} is made anew: so is the table`,
            ...sizeOf(before),
            column: from.name,
          },
        ]
      : []
  return [
    step(sql, `${from.type.native} becomes ${to.type.native}`, columnLabel(table.name, to.name), {
      hazards: [...hazards, ...anew],
    }),
  ]
}

/** A type that was made anew under its old name: values go through text. */
function againSql(to: Column): string {
  const through = to.type.logical.kind === 'array' ? 'text[]' : 'text'
  return `${quote(to.name)}::${through}::${to.type.native}`
}
