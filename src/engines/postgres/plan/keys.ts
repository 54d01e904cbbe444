/** Primary keys and unique constraints: made. */
import type { Step } from '../../../core/change.ts'
import type { KeyConstraint } from '../../../core/schema.ts'
import { deferral } from '../ddl-constraint.ts'
import { keyTail } from '../ddl-index.ts'
import { constraintExists, isPartitioned, relationExists } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { constraintComment } from './constraints.ts'
import { OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { blocks, duplicates, fails } from './part-hazards.ts'
import { step } from './reference.ts'

/** What stands in CREATE TABLE or after ADD. */
export function keyClause(key: KeyConstraint, primary: boolean): string {
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const { with: settings, tablespace } = key.options ?? {}
  const storage = `${settings === undefined ? '' : ` WITH (${settings})`}${tablespace === undefined ? '' : ` USING INDEX TABLESPACE ${quote(tablespace)}`}`
  return `CONSTRAINT ${quote(key.name)} ${primary ? 'PRIMARY KEY' : 'UNIQUE'}${together} ${keyTail(key)}${storage}${deferral(key)}`
}

/** Adds a primary key or unique constraint. */
export function addKey(
  c: PartContext,
  key: KeyConstraint,
  primary: boolean,
  renames: ReadonlyMap<string, string>,
): Step[] {
  const { table } = c
  const object = partLabel(primary ? 'primary key' : 'unique', table.name, key.name)
  const what = `${table.name.name} (${key.columns.join(', ')}) becomes unique`
  const hazards = fails(
    c,
    what,
    'rows too many',
    duplicates(c, key.columns, renames, primary || key.nullsNotDistinct === true),
  )
  const add = (clause: string) => `ALTER TABLE ${qualified(table.name)} ADD ${clause}`
  const comment = constraintComment(table.name, key)
  if (!c.online || isPartitioned(table))
    return [
      step(add(keyClause(key, primary)), 'a key', object, {
        hazards: [...hazards, ...blocks(c, `nobody writes ${table.name.name} while the index is built`)],
      }),
      ...comment,
    ]
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const index = `CREATE UNIQUE INDEX CONCURRENTLY ${quote(key.name)} ON ${qualified(table.name)} ${keyTail(key)}${together}`
  const done = relationExists({ ...table.name, name: key.name }, ['i'])
  return [
    step(index, 'built while others read and write', object, { ...OUTSIDE, hazards, done }),
    step(
      add(
        `CONSTRAINT ${quote(key.name)} ${primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${quote(key.name)}${deferral(key)}`,
      ),
      'its index is built',
      object,
      { ...OUTSIDE, done: constraintExists(table.name, key.name) },
    ),
    ...comment,
  ]
}
