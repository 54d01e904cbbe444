/** Objects of another database with their comments. */
import type { ObjectName, OtherObject } from '../../core/schema.ts'
import { dollar, nameLiteral, withinPath } from './ddl-text.ts'
import { isDefaultPrivileges } from './default-privileges.ts'
import { plainIdent, qualified, quote } from './names.ts'
import { reference } from './plan/reference.ts'
import { textLiteral } from './values.ts'

/** Comment of an object that was just made. */
export function objectExtras(o: OtherObject): string[] {
  const ref = reference(o)
  return ref === null || o.comment === undefined ? [] : [`COMMENT ON ${ref} IS ${textLiteral(o.comment)}`]
}

const COLUMN_GRANT =
  /;\nGRANT [A-Z]+ \((?:"(?:[^"]|"")+"|[^\s"()]+)\) ON (\S.*?) TO ((?:"(?:[^"]|"")+"|[^\s";]+)(?: WITH GRANT OPTION)?)(?=;\n|$)/gs

/** Privileges on columns of a view or partition, which follow its statement: that statement without them, and they. */
export function columnGrants(
  definition: string,
  name: ObjectName,
): { readonly bare: string; readonly grants: string[] } {
  const own = [name.schema ?? 'public', name.name].map(plainIdent).join('.')
  const grants: string[] = []
  const bare = definition.replace(COLUMN_GRANT, (all, on: string) => {
    if (on !== own) return all
    grants.push(all.slice(2))
    return ''
  })
  return { bare, grants }
}

/** The statement of an object and what belongs to it. A heir that was made as one is left alone. */
export function objectSql(o: OtherObject): string {
  if (isDefaultPrivileges(o)) return 'SELECT 1' // given with the other privileges
  if (o.kind === 'schema') {
    const make = o.details?.made === undefined ? [] : [`CREATE SCHEMA IF NOT EXISTS ${quote(o.name.name)}`]
    return [...make, ...objectExtras(o)].join(';\n') || 'SELECT 1'
  }
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
    const extras = columnGrants(o.details?.extras ?? '', o.name).bare.replace(/^;\n/, '')
    return withinPath(o.name.schema, [...(extras === '' ? [] : [extras]), ...objectExtras(o)].join(';\n') || 'SELECT 1')
  }
  const schema = o.name.schema ?? o.table?.schema
  const sql = [columnGrants(o.definition, o.name).bare, ...objectExtras(o)].join(';\n')
  return withinPath(schema, sql)
}
