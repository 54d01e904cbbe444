/** Row security, replica identity, clustering, and what belongs to the sequences behind columns. */

import type { DdlStep } from '../../core/engine.ts'
import type { Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { commentOn } from './ddl-comment.ts'
import { qualified, quote } from './names.ts'

/** Row security, replica identity, the index to cluster by. */
export function tableTraits(table: Table): string[] {
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table.name)} ${what}`
  const { options } = table
  const security = (options['row security'] ?? '').split(', ')
  const identity = options['replica identity']
  return [
    ...(security.includes('enabled') ? [alter('ENABLE ROW LEVEL SECURITY')] : []),
    ...(security.includes('forced') ? [alter('FORCE ROW LEVEL SECURITY')] : []),
    ...(identity === undefined ? [] : [alter(`REPLICA IDENTITY ${identitySql(identity)}`)]),
    ...(options.clustered === undefined ? [] : [alter(`CLUSTER ON ${quote(options.clustered)}`)]),
  ]
}

/** What follows REPLICA IDENTITY. */
export function identitySql(identity: string): string {
  return identity.startsWith('index ') ? `USING INDEX ${quote(identity.slice(6))}` : identity.toUpperCase()
}

/** Comments of sequences behind columns. */
function sequenceComments(table: Table): string[] {
  return table.columns.flatMap((c) => {
    const comment = table.options[`sequence comment of ${c.name}`]
    return c.sequence === undefined
      ? []
      : commentOn(`SEQUENCE ${qualified({ ...table.name, name: c.sequence.name })}`, comment)
  })
}

/** Traits of a table and comments of its sequences as one step. */
export function traitStep(table: Table): DdlStep[] {
  const statements = [...tableTraits(table), ...sequenceComments(table)]
  if (statements.length === 0) return []
  return [{ sql: statements.join(';\n'), why: 'as in the source', object: `traits ${stepName(table.name)}` }]
}
