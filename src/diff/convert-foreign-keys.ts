/** Foreign keys: carried with their actions, or left with the statement that would add them and the reason why not. */
import { displayName, type ForeignKey, type LogicalType, type ObjectName, type Table } from '../core/schema.ts'
import { type ConvertContext, labelOf, targetColumn, targetTable, typeOf } from './convert-context.ts'
import { foldedName } from './convert-names.ts'

/** The foreign keys of a table on the target. */
export function convertForeignKeys(c: ConvertContext, table: Table): ForeignKey[] {
  if (c.to.grammar === null) return []
  return table.foreignKeys.flatMap((fk) => convertForeignKey(c, table, fk) ?? [])
}

function convertForeignKey(c: ConvertContext, table: Table, fk: ForeignKey): ForeignKey | null {
  const parent = c.tables.find((t) => displayName(t.name) === displayName(fk.references))
  const references = targetTable(c, fk.references) ?? existing(c, fk.references)
  if (references === undefined)
    return leave(c, table, fk, `${labelOf(c, fk.references)} is neither copied nor on the target`)
  const trouble = c.sameEngine ? null : parent === undefined ? null : mismatch(c, table, fk, parent)
  if (trouble !== null) return leave(c, table, fk, trouble)
  const notes: string[] = []
  const made: ForeignKey = {
    name: c.objectNames.constraint(
      table,
      fk.name || `${targetTable(c, table.name)?.name ?? table.name.name}_${fk.columns.join('_')}_fkey`,
    ),
    columns: fk.columns.map((k) => targetColumn(c, table.name, k)),
    references,
    referencedColumns: fk.referencedColumns.map((k) => targetColumn(c, fk.references, k)),
    onUpdate: action(c, table, fk, fk.onUpdate, notes),
    onDelete: action(c, table, fk, fk.onDelete, notes),
    ...timing(c, fk, notes),
    ...(fk.notValid && c.to.grammar === 'postgres' && { notValid: true }),
    ...(fk.match === 'full' && c.to.grammar === 'postgres' && { match: 'full' as const }),
    ...(c.sameEngine && sameEngineOnly(c, table, fk)),
  }
  if (fk.match === 'full' && c.to.grammar !== 'postgres' && fk.columns.length > 1)
    notes.push('MATCH FULL becomes MATCH SIMPLE')
  if (notes.length > 0) report(c, table, fk, 'approximated', notes.join('; '))
  return made
}

/** What only databases of one engine know alike. */
function sameEngineOnly(c: ConvertContext, table: Table, fk: ForeignKey): Partial<ForeignKey> {
  return {
    ...(fk.setColumns && { setColumns: fk.setColumns.map((k) => targetColumn(c, table.name, k)) }),
    ...(fk.notEnforced && { notEnforced: true }),
    ...(fk.comment !== undefined && { comment: fk.comment }),
  }
}

/** A table of the target that this copy does not touch, under the same name. */
function existing(c: ConvertContext, name: ObjectName): ObjectName | undefined {
  const same = (t: Table) => foldedName(t.name.name, c.can) === foldedName(name.name, c.can)
  return c.target.tables.find(same)?.name
}

function action(
  c: ConvertContext,
  table: Table,
  fk: ForeignKey,
  wanted: ForeignKey['onDelete'],
  notes: string[],
): ForeignKey['onDelete'] {
  if (wanted === 'set default' && !c.to.setDefault) {
    notes.push(`${c.to.title} does not know SET DEFAULT: the key refuses instead`)
    return 'no action'
  }
  const nullable = (name: string) => table.columns.find((k) => k.name === name)?.nullable ?? false
  const required = fk.columns.some((k) => !nullable(k) || table.primaryKey?.columns.includes(k))
  if (wanted === 'set null' && c.to.grammar === 'mysql' && required) {
    notes.push('SET NULL of a NOT NULL column could only fail: the key refuses instead')
    return 'no action'
  }
  return wanted
}

function timing(c: ConvertContext, fk: ForeignKey, notes: string[]): Partial<ForeignKey> {
  if (!fk.deferrable) return {}
  if (c.to.grammar === 'mysql') {
    notes.push('it is checked at once there, not at the end of the transaction')
    return {}
  }
  return { deferrable: true, ...(fk.initiallyDeferred && { initiallyDeferred: true }) }
}

/** Why the target would refuse the key whatever the rows are. */
function mismatch(c: ConvertContext, table: Table, fk: ForeignKey, parent: Table): string | null {
  if (c.to.strictReferences && !isUnique(parent, fk.referencedColumns)) {
    return `${fk.referencedColumns.join(', ')} of ${labelOf(c, parent.name)} is not unique, which ${c.to.title} asks of what a foreign key points to`
  }
  if (c.to.looseTypes) return null
  for (const [i, column] of fk.columns.entries()) {
    const referenced = fk.referencedColumns[i]
    if (referenced === undefined) return 'it does not say what it points to'
    const child = typeOf(c, table.name, column).type
    const target = typeOf(c, parent.name, referenced).type
    const fits =
      c.to.grammar === 'postgres' ? comparable(child.logical, target.logical) : alike(child.logical, target.logical)
    if (!fits) return `${column} is ${child.native} there, ${referenced} is ${target.native}`
  }
  return null
}

function isUnique(parent: Table, columns: readonly string[]): boolean {
  const set = [...columns].sort().join('\0')
  const plain = parent.indexes.filter(
    (i) => i.unique && i.where === undefined && i.parts.every((p) => p.column !== undefined && p.prefix === undefined),
  )
  const keys = [
    parent.primaryKey?.columns,
    ...parent.uniques.map((u) => u.columns),
    ...plain.map((i) => i.parts.map((p) => p.column ?? '')),
  ]
  return keys.some((key) => key !== undefined && [...key].sort().join('\0') === set)
}

/** PostgreSQL finds an operator across integers, and takes an integer for a numeric, not the other way round. */
function comparable(child: LogicalType, parent: LogicalType): boolean {
  if (child.kind === 'int' && parent.kind === 'decimal') return true
  if (child.kind === 'enum' && parent.kind === 'enum') return child.name?.name === parent.name?.name
  return child.kind === parent.kind
}

/** MySQL wants integers of one size and sign; texts may differ in length. */
function alike(child: LogicalType, parent: LogicalType): boolean {
  if (child.kind !== parent.kind) return false
  if (child.kind !== 'int' || parent.kind !== 'int') return true
  return child.bits === parent.bits && (child.unsigned ?? false) === (parent.unsigned ?? false)
}

function leave(c: ConvertContext, table: Table, fk: ForeignKey, why: string): null {
  report(c, table, fk, 'left', why)
  return null
}

function report(c: ConvertContext, table: Table, fk: ForeignKey, outcome: 'approximated' | 'left', why: string): void {
  c.report({
    kind: 'foreign key',
    name: fk.name || fk.columns.join(', '),
    table: labelOf(c, table.name),
    outcome,
    why,
    ...(outcome === 'left' && { stub: foreignKeyStub(c, table, fk) }),
  })
}

/** The statement that would add the key on the target. */
function foreignKeyStub(c: Pick<ConvertContext, 'names' | 'targetDialect'>, table: Table, fk: ForeignKey): string {
  const q = (names: readonly string[]) => names.map((n) => c.targetDialect.quote(n)).join(', ')
  const own = c.targetDialect.table(targetTable(c, table.name) ?? table.name)
  const parent = c.targetDialect.table(targetTable(c, fk.references) ?? { name: fk.references.name })
  const columns = fk.columns.map((k) => targetColumn(c, table.name, k))
  const referenced = fk.referencedColumns.map((k) => targetColumn(c, fk.references, k))
  const rules = `${fk.onDelete === 'no action' ? '' : ` ON DELETE ${fk.onDelete.toUpperCase()}`}${fk.onUpdate === 'no action' ? '' : ` ON UPDATE ${fk.onUpdate.toUpperCase()}`}`
  return `ALTER TABLE ${own} ADD FOREIGN KEY (${q(columns)}) REFERENCES ${parent} (${q(referenced)})${rules};`
}
