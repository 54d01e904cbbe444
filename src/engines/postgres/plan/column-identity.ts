/** How a column that stays is numbered: identity, serial, not at all. */
import { type Column, displayName, type Table } from '../../../core/schema.ts'
import { identityClause, sequenceOptions } from '../ddl-table.ts'
import { nameLiteral } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { alterTable, type ColumnPair } from './column-pair.ts'
import { advance, giveSequence, makeSequence, sequenceName } from './column-sequence.ts'
import { fullClauses, turned } from './sequence-clauses.ts'

/** Whether two plain values are equal. */
export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function dropSequence(p: ColumnPair): string[] {
  const name = sequenceName(p.before, p.from)
  const kept =
    p.keptSequences.has(displayName(name)) || (p.to.identity === 'auto' && same(name, sequenceName(p.table, p.to)))
  return kept ? [] : [`DROP SEQUENCE IF EXISTS ${qualified(name)}`]
}

/** Takes away how it was numbered; one identity becomes another in place. */
function leaveIdentity(p: ColumnPair, at: (what: string) => string): string[] {
  const was = p.from.identity
  const is = p.to.identity
  if (was === undefined) return []
  if (was === 'auto') return [at('DROP DEFAULT'), ...dropSequence(p)]
  return is === undefined || is === 'auto' ? [at('DROP IDENTITY')] : []
}

/** Statements before and after the type of the column changes. */
export function identitySteps(p: ColumnPair): { before: string[]; after: string[] } {
  const { from, to, table } = p
  const at = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  const was = from.identity
  const is = to.identity
  const options = (t: Table, c: Column) => sequenceOptions(t, c).clauses
  if (was === is) return { before: [], after: sameIdentity(p, options(p.before, from), options(table, to)) }
  const before = leaveIdentity(p, at)
  if (is === undefined) return { before, after: [] }
  if (is === 'auto')
    return {
      before,
      after: [
        ...makeSequence(table, to),
        at(`SET DEFAULT nextval(${nameLiteral(sequenceName(table, to))}::regclass)`),
        ...giveSequence(table, to),
        advance(table, to),
      ],
    }
  if (was === 'always' || was === 'by default')
    return {
      before,
      after: [at(`SET GENERATED ${is.toUpperCase()}`), ...sameIdentity(p, options(p.before, from), options(table, to))],
    }
  return { before, after: [at(`ADD${identityClause(table, to)}`), advance(table, to)] }
}

function sameIdentity(p: ColumnPair, was: string, is: string): string[] {
  const { from, to, table } = p
  if (to.identity === undefined) return []
  const [old, name] = [sequenceName(p.before, from), sequenceName(table, to)]
  const renamed =
    old.name === name.name
      ? []
      : [`ALTER SEQUENCE ${qualified({ ...name, name: old.name })} RENAME TO ${quote(name.name)}`]
  const type = /^(smallint|integer|bigint)$/.test(to.type.native) ? to.type.native : 'bigint'
  const plain = was === is && from.type.native === to.type.native
  const altered = plain ? [] : [`ALTER SEQUENCE ${qualified(name)} ${fullClauses(is, type)}${turned(was, is)}`]
  return [...renamed, ...altered, ...otherOwner(p)]
}

/** A serial column owns its sequence, or merely draws from it. */
function otherOwner({ before, from, table, to }: ColumnPair): string[] {
  const owned = sequenceOptions(table, to).owned
  if (to.identity !== 'auto' || sequenceOptions(before, from).owned === owned) return []
  return owned ? giveSequence(table, to) : [`ALTER SEQUENCE ${qualified(sequenceName(table, to))} OWNED BY NONE`]
}
