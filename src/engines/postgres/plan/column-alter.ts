/** Altering a column that stays. */
import type { Hazard, Step } from '../../../core/change.ts'
import { stepName } from '../../../core/schema.ts'
import { nameLiteral } from '../ddl-text.ts'
import { defaultSql } from '../default-sql.ts'
import { quote } from '../names.ts'
import { columnAttributes, sequenceExtras } from './column-attributes.ts'
import { identitySteps, same } from './column-identity.ts'
import { nullSteps } from './column-not-null.ts'
import { alterTable, type ColumnPair, columnLabel } from './column-pair.ts'
import { sequenceName } from './column-sequence.ts'
import { storageSql } from './column-storage.ts'
import { typeStep } from './column-type.ts'
import { sizeOf, step } from './reference.ts'

/** SET EXPRESSION, where a column is computed in another way from now on. */
function expressionStep({ before, table, from, to }: ColumnPair): Step[] {
  const { generated } = to
  if (generated === undefined || from.generated === undefined || from.generated.expression === generated.expression)
    return []
  const size = sizeOf(before)
  const hazards: Hazard[] = generated.stored
    ? [
        {
          kind: 'rewrite',
          what: `each ${from.name} of ${stepName(before.name)} is computed anew: the table is written anew`,
          ...size,
          column: from.name,
        },
        { kind: 'blocking', what: `nobody reads or writes ${stepName(before.name)} meanwhile`, ...size },
      ]
    : []
  const sql = `ALTER COLUMN ${quote(to.name)} SET EXPRESSION AS (${generated.expression})`
  return [
    step(alterTable(table.name, sql), 'computed in another way from now on', columnLabel(table.name, to.name), {
      hazards,
    }),
  ]
}

/** Everything about one column that stays: generated, type, default, identity, NOT NULL, storage, comment, privileges. */
export function alterColumn(p: ColumnPair): Step[] {
  const { from, to, table } = p
  const object = columnLabel(table.name, to.name)
  const at = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  const typed = typeStep(p)
  const ungenerated = from.generated !== undefined && to.generated === undefined
  const wanted = defaultSql(to)
  const had = from.default !== undefined && !p.defaultGone && from.generated === undefined
  const changed = !same(from.default, to.default) || p.defaultGone || (typed.length > 0 && wanted !== null)
  const identity = identitySteps(p)
  const serial = to.identity === 'auto' && p.defaultGone && from.identity === 'auto'
  const nulls = nullSteps(p)
  const plain = (sql: string, why: string) => step(sql, why, object)
  return [
    ...(ungenerated ? [plain(at('DROP EXPRESSION'), 'keeps its values, no longer computed')] : []),
    ...(had && (typed.length > 0 || wanted === null) ? [plain(at('DROP DEFAULT'), 'the old default goes')] : []),
    ...identity.before.map((sql) => plain(sql, 'numbered otherwise from now on')),
    ...typed,
    ...expressionStep(p),
    ...(wanted !== null && changed ? [plain(at(`SET DEFAULT ${wanted}`), 'the default')] : []),
    ...(serial
      ? [plain(at(`SET DEFAULT nextval(${nameLiteral(sequenceName(table, to))}::regclass)`), 'the default')]
      : []),
    ...(to.nullable ? [] : nulls),
    ...identity.after.map((sql) => plain(sql, 'how it is numbered')),
    ...(to.nullable ? nulls : []),
    ...storageSql(p).map((sql) => plain(sql, 'how it is stored')),
    ...columnAttributes(from, to, table),
    ...sequenceExtras(p.before, table, to),
  ]
}
