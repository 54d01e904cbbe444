/** Foreign keys: added, then validated. */

import type { DdlStep } from '../../core/engine.ts'
import type { ForeignKey, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { commentOn } from './ddl-comment.ts'
import { deferral } from './ddl-constraint.ts'
import { columnList, constraintExists, isPartitioned } from './ddl-text.ts'
import { qualified, quote } from './names.ts'

/** ALTER TABLE … ADD CONSTRAINT of a foreign key. */
export function foreignKeySql(table: Table, f: ForeignKey, unchecked: boolean): string {
  const match = f.match === 'full' ? ' MATCH FULL' : ''
  const actions = [
    ...(f.onUpdate === 'no action' ? [] : [` ON UPDATE ${f.onUpdate.toUpperCase()}`]),
    ...(f.onDelete === 'no action'
      ? []
      : [` ON DELETE ${f.onDelete.toUpperCase()}${f.setColumns === undefined ? '' : ` ${columnList(f.setColumns)}`}`]),
  ].join('')
  const references = `REFERENCES ${qualified(f.references)} ${columnList(f.referencedColumns)}`
  return `ALTER TABLE ${qualified(table.name)} ADD CONSTRAINT ${quote(f.name)} FOREIGN KEY ${columnList(f.columns)} ${references}${match}${actions}${deferral(f)}${f.notEnforced ? ' NOT ENFORCED' : ''}${unchecked ? ' NOT VALID' : ''}`
}

/** Added without looking at the rows, which locks both tables only for a moment; then validated, which locks neither for writers. */
export function foreignKeySteps(table: Table): DdlStep[] {
  const object = (f: ForeignKey) => `foreign key ${stepName(table.name)}.${f.name}`
  const validates = (f: ForeignKey) => ({ table: table.name, foreignKey: f })
  const whole = isPartitioned(table)
  const added = table.foreignKeys.map((f) => ({
    sql: [
      foreignKeySql(table, f, !whole),
      ...commentOn(`CONSTRAINT ${quote(f.name)} ON ${qualified(table.name)}`, f.comment),
    ].join(';\n'),
    why: whole ? 'holds for all rows' : 'holds for new rows',
    object: object(f),
    exists: constraintExists(table.name, f.name),
    ...(whole && { validates: validates(f) }),
  }))
  const validated = table.foreignKeys
    .filter((f) => !whole && !f.notValid)
    .map((f) => ({
      sql: `ALTER TABLE ${qualified(table.name)} VALIDATE CONSTRAINT ${quote(f.name)}`,
      why: 'holds for all rows',
      object: `${object(f)} valid`,
      exists: constraintExists(table.name, f.name, true),
      parallel: true,
      validates: validates(f),
    }))
  return [...added, ...validated]
}
