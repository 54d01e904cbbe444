/** Rules about MODIFY and CHANGE, which define a column anew: what they do not repeat is lost. */
import type { ColumnText } from '../text/column.ts'
import { type Placed, textOf } from '../text/cursor.ts'
import { inserted, shown } from '../text/edit.ts'
import { type ColumnChange, columnChange } from './column-change.ts'
import { ofClauses, rule } from './mysql-rule.ts'

interface Lost {
  readonly words: string
  readonly what: string
}

/** Attributes of the former definition that the new one does not have, as they were written. */
function lost(from: ColumnText, to: ColumnText): Lost[] {
  const said = (place: Placed) => textOf(from.tokens.filter((t) => t.from >= place.from && t.to <= place.to))
  const found: Lost[] = []
  if (from.nullable === false && to.nullable === undefined && !from.primary && !to.primary && !to.autoIncrement)
    found.push({ words: 'NOT NULL', what: 'NOT NULL' })
  if (from.default !== undefined && to.default === undefined && !to.autoIncrement) {
    const text = textOf(from.default.tokens)
    if (text.toUpperCase() !== 'NULL') found.push({ words: `DEFAULT ${text}`, what: 'its DEFAULT' })
  }
  if (from.onUpdate !== undefined && to.onUpdate === undefined) {
    found.push({ words: said(from.onUpdate), what: 'ON UPDATE CURRENT_TIMESTAMP' })
  }
  if (from.autoIncrement && !to.autoIncrement) found.push({ words: 'AUTO_INCREMENT', what: 'AUTO_INCREMENT' })
  if (from.comment !== undefined && to.comment === undefined) {
    found.push({ words: said(from.comment), what: 'its COMMENT' })
  }
  return found
}

/** Of one column, where an attribute can be put behind all that is said. */
function attributesEnd(column: ColumnText): number {
  if (column.position === undefined) return column.to
  const at = column.tokens.findLastIndex((t) => t.word === 'FIRST' || t.word === 'AFTER')
  return column.tokens[at - 1]?.to ?? column.to
}

const generated = (c: ColumnText): boolean => c.generated !== undefined

export const modifyLosesAttributes = rule({
  code: 'modify-loses-attributes',
  severity: 'error',
  fixable: true,
  title: 'MODIFY or CHANGE drops what it does not repeat',
  why: 'MODIFY and CHANGE replace the whole definition of a column. What the earlier definition in the same script says and this one does not is gone without a word: ON UPDATE CURRENT_TIMESTAMP, DEFAULT, NOT NULL, AUTO_INCREMENT, COMMENT.',
  safe: "Repeat every attribute that shall stay; copy the definition from SHOW CREATE TABLE. For a default alone use ALTER COLUMN:\n\n```sql\nALTER TABLE orders MODIFY changed DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6);\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';\n```",
  check(statement, { context }) {
    const { act } = statement
    if (act.kind !== 'alter-table') return []
    return act.clauses.flatMap((clause) => {
      const change = columnChange(statement, clause, context)
      if (change?.from === undefined || generated(change.from) || generated(change.to)) return []
      const { from, to } = change
      const gone = lost(from, to)
      if (gone.length === 0) return []
      const what = gone.map((g) => g.what).join(', ')
      // A moment keeps its digits: CURRENT_TIMESTAMP(3) is no default of DATETIME(6).
      const mechanical = from.type?.word === to.type?.word && from.type?.args.join() === to.type?.args.join()
      const words = gone.map((g) => g.words).join(' ')
      return [
        {
          ...clause.place,
          table: act.table.name,
          message: `${shown(act.table.name)}.${change.name} loses ${what}: the new definition does not repeat it`,
          ...(mechanical && { fix: inserted(statement.sql, attributesEnd(to), ` ${words}`) }),
        },
      ]
    })
  },
})

export const modifyMayLoseOnUpdate = rule({
  code: 'modify-may-lose-on-update',
  severity: 'note',
  title: 'MODIFY of a moment says no DEFAULT and no ON UPDATE',
  why: 'Columns that keep when a row was made or changed have DEFAULT CURRENT_TIMESTAMP or ON UPDATE CURRENT_TIMESTAMP. MODIFY and CHANGE drop both unless they repeat them: rows then silently keep the old moment. The earlier definition does not stand in this script, so it cannot be told whether there was one.',
  safe: 'Look at SHOW CREATE TABLE and repeat what stands there:\n\n```sql\nALTER TABLE orders MODIFY changed DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6);\n```',
  check: ofClauses((clause, { statement, alter, context }) => {
    const change = columnChange(statement, clause, context)
    if (change === null || change.from !== undefined) return null
    const { to } = change
    if (!/^(TIMESTAMP|DATETIME)$/.test(to.type?.word ?? '')) return null
    if (to.default !== undefined || to.onUpdate !== undefined || to.generated !== undefined) return null
    return {
      message: `${shown(alter.table.name)}.${change.name} loses DEFAULT and ON UPDATE CURRENT_TIMESTAMP, if it had them`,
    }
  }),
})

/** An ENUM stays one, or a SET. */
function isLabels({ fromType, to }: ColumnChange): boolean {
  return /^(ENUM|SET)$/.test(fromType?.word ?? '') && fromType?.word === to.type?.word
}

export const enumReordered = rule({
  code: 'enum-values-reordered',
  severity: 'error',
  bySize: true,
  title: 'Values of an ENUM or SET move',
  why: 'Rows keep the number of a value. Where values move, or one is put before the end, the table is copied so that every row gets its new number, while writers wait. ORDER BY and comparisons by number change their meaning; statements in flight on replicas that send numbers write other values.',
  safe: "Append new values at the end: only the catalogue changes (up to 255 values of an ENUM; a SET at 8, 16, 24 and 32 values takes another byte). Sort by FIELD() or by a table of their own.\n\n```sql\nALTER TABLE orders MODIFY state ENUM('new', 'paid', 'sent', 'returned') NOT NULL, ALGORITHM=INSTANT;\n```",
  check: ofClauses((clause, { statement, alter, context }) => {
    const change = columnChange(statement, clause, context)
    if (change === null || !isLabels(change)) return null
    const [old, wanted] = [change.fromType?.args ?? [], change.to.type?.args ?? []]
    const kept = old.filter((v) => wanted.includes(v))
    if (kept.length < old.length || kept.every((v, i) => wanted[i] === v)) return null
    return {
      message: `values of ${shown(alter.table.name)}.${change.name} move: every row is copied, and the order of the values changes`,
    }
  }),
})

export const enumValuesRemoved = rule({
  code: 'enum-values-removed',
  severity: 'error',
  title: 'Values of an ENUM or SET go',
  why: 'The table is copied. A row that has a value that goes stops the statement in strict mode; without it the value becomes the empty text, number 0. An application that still writes the value fails.',
  safe: "Change the rows first, wait until nobody writes the value any more, and count before dropping it:\n\n```sql\nUPDATE orders SET state = 'closed' WHERE state = 'lost';\nSELECT count(*) FROM orders WHERE state = 'lost';\n```",
  check: ofClauses((clause, { statement, alter, context }) => {
    const change = columnChange(statement, clause, context)
    if (change === null || !isLabels(change)) return null
    const gone = (change.fromType?.args ?? []).filter((v) => !change.to.type?.args.includes(v))
    if (gone.length === 0) return null
    const names = gone.map((v) => JSON.stringify(v)).join(', ')
    return { message: `${shown(alter.table.name)}.${change.name} loses ${names}: rows that have it stop the statement` }
  }),
})
