/** Objects of another database with their comments and privileges. */
import type { OtherObject, Table } from '../../core/schema.ts'
import { dollar, nameLiteral, withinPath } from './ddl-text.ts'
import { qualified, quote } from './names.ts'
import { grantSql, labelOf, reference } from './plan/reference.ts'
import { textLiteral } from './values.ts'

/** Privileges of roles that the server does not have stay behind. */
function grants(lines: readonly string[], ref: string, object: string, column?: string): string[] {
  return lines.map((line) => {
    const place = { ref, object, ...(column !== undefined && { column }) }
    const body = `\nBEGIN\n  ${grantSql(line, place, false)};\nEXCEPTION WHEN undefined_object THEN NULL;\nEND\n`
    return `DO ${dollar(body)}`
  })
}

/** Privileges of a table, its columns and sequences. */
export function tableGrants(table: Table): string[] {
  const ref = `TABLE ${qualified(table.name)}`
  const sequences = table.columns.flatMap((c) => {
    const lines = table.options[`sequence grants of ${c.name}`]
    if (lines === undefined || c.sequence === undefined) return []
    return grants(lines.split('; '), `SEQUENCE ${qualified({ ...table.name, name: c.sequence.name })}`, c.name)
  })
  return [
    ...grants(table.grants ?? [], ref, table.name.name),
    ...table.columns.flatMap((c) => grants(c.grants ?? [], ref, table.name.name, c.name)),
    ...sequences,
  ]
}

/** Comment and privileges of an object that was just made. */
export function objectExtras(o: OtherObject): string[] {
  const ref = reference(o)
  if (ref === null) return []
  return [
    ...(o.comment === undefined ? [] : [`COMMENT ON ${ref} IS ${textLiteral(o.comment)}`]),
    ...grants(o.grants ?? [], ref, labelOf(o)),
  ]
}

/** The statement of an object and what belongs to it. A heir that was made as one is left alone. */
export function objectSql(o: OtherObject): string {
  if (o.kind === 'schema') return objectExtras(o).join(';\n') || 'SELECT 1'
  if (o.kind === 'sequence') {
    const owner = o.details?.['owned by']
    return owner === undefined
      ? 'SELECT 1'
      : `ALTER SEQUENCE ${qualified(o.name)} OWNED BY ${quote(o.name.schema ?? 'public')}.${owner}`
  }
  if (o.kind === 'inheritance') {
    const there = `EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(${nameLiteral(o.name)}) AND inhparent = to_regclass(${nameLiteral(o.table!)}))`
    return `DO ${dollar(`\nBEGIN\n  IF NOT ${there} THEN ${o.definition}; END IF;\nEND\n`)}`
  }
  if (o.kind === 'partition') {
    const extras = (o.details?.extras ?? '').replace(/^;\n/, '')
    return withinPath(o.name.schema, [...(extras === '' ? [] : [extras]), ...objectExtras(o)].join(';\n') || 'SELECT 1')
  }
  const schema = o.name.schema ?? o.table?.schema
  const sql = [o.definition, ...objectExtras(o)].join(';\n')
  return withinPath(schema, sql)
}
