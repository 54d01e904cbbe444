/** A part of a table in one line, as people write it in DDL; not SQL of any engine. */
import type { Edit } from '../core/change.ts'
import type { Check, Column, ForeignKey, Index, KeyConstraint, OtherObject } from '../core/schema.ts'
import { defaultText, listText, nameText, notNullText, partsText } from './texts.ts'

const words = (...all: readonly (string | false | undefined)[]): string =>
  all.filter((w) => w !== undefined && w !== false && w !== '').join(' ')

/** `varchar(20) NOT NULL DEFAULT 'new'` */
export function columnText(c: Column): string {
  return words(
    c.type.native,
    c.notNull === undefined ? !c.nullable && 'NOT NULL' : notNullText(c.notNull),
    c.default !== undefined && `DEFAULT ${defaultText(c.default, c.type)}`,
    c.identity !== undefined && (c.identity === 'auto' ? 'numbered by the engine' : `identity ${c.identity}`),
    c.generated !== undefined && `= ${c.generated.expression} (${c.generated.stored ? 'stored' : 'virtual'})`,
    c.onUpdateNow && 'ON UPDATE CURRENT_TIMESTAMP',
    c.collation !== undefined && `COLLATE ${c.collation}`,
    c.invisible && 'INVISIBLE',
  )
}

/** `(a, b) INCLUDE (c)` */
export function keyText(k: KeyConstraint): string {
  return words(
    `(${k.parts === undefined ? listText(k.columns) : partsText(k.parts)})`,
    (k.include ?? []).length > 0 && `INCLUDE (${listText(k.include!)})`,
    k.deferrable && 'DEFERRABLE',
    k.initiallyDeferred && 'INITIALLY DEFERRED',
    k.onConflict !== undefined && `ON CONFLICT ${k.onConflict.toUpperCase()}`,
    k.nullsNotDistinct && 'NULLS NOT DISTINCT',
  )
}

/** `UNIQUE gin (a, lower(b)) WHERE c > 0` */
export function indexText(i: Index): string {
  return words(
    i.unique && 'UNIQUE',
    i.method !== 'btree' && i.method,
    `(${partsText(i.parts)})`,
    (i.include ?? []).length > 0 && `INCLUDE (${listText(i.include!)})`,
    i.nullsNotDistinct && 'NULLS NOT DISTINCT',
    i.parser !== undefined && `WITH PARSER ${i.parser}`,
    i.where !== undefined && `WHERE ${i.where}`,
    i.invisible && 'INVISIBLE',
  )
}

/** `(user_id) → users (id) ON DELETE CASCADE` */
export function foreignKeyText(f: ForeignKey): string {
  const action = (event: string, what: string) => what !== 'no action' && `ON ${event} ${what.toUpperCase()}`
  return words(
    `(${listText(f.columns)}) → ${nameText(f.references)} (${listText(f.referencedColumns)})`,
    f.match === 'full' && 'MATCH FULL',
    action('UPDATE', f.onUpdate),
    action('DELETE', f.onDelete),
    f.setColumns !== undefined && `(${listText(f.setColumns)})`,
    f.deferrable && 'DEFERRABLE',
    f.initiallyDeferred && 'INITIALLY DEFERRED',
    f.notValid && 'NOT VALID',
    f.notEnforced && 'NOT ENFORCED',
  )
}

/** The expression. */
export const checkText = (c: Check): string =>
  words(c.expression, c.noInherit && 'NO INHERIT', c.notValid && 'NOT VALID', c.notEnforced && 'NOT ENFORCED')

/** The labels of an enum, else the definition. */
export const objectText = (o: OtherObject): string =>
  (o.values ?? []).length > 0 ? `(${o.values!.map((v) => `'${v}'`).join(', ')})` : o.definition

/** One side of an edit in one line, or null where it is not there. */
export function sideText(edit: Edit, side: 'from' | 'to'): string | null {
  if (edit[side] === null) return null
  switch (edit.part) {
    case 'column':
      return columnText(edit[side]!)
    case 'primary key':
    case 'unique':
      return keyText(edit[side]!)
    case 'index':
      return indexText(edit[side]!)
    case 'foreign key':
      return foreignKeyText(edit[side]!)
    case 'check':
      return checkText(edit[side]!)
    case 'option':
      return edit[side]
    case 'order':
      return listText(edit[side]!)
  }
}
