/** Tables as a whole: made, dropped, renamed, and their own properties. */

import type { Edit, Step, Unplanned } from '../../../core/change.ts'
import type { ObjectName, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { stepName } from '../../../core/schema.ts'
import { createTable } from '../ddl-table.ts'
import { identitySql, tableTraits } from '../ddl-trait.ts'
import { qualified, quote } from '../names.ts'
import { nowTriggerName, nowTriggerSql } from '../now-trigger.ts'
import { columnAttributes, freshSequenceOf, sequenceExtras } from './column-attributes.ts'
import { freshNotNull } from './column-not-null.ts'
import { constraintComment } from './constraints.ts'
import { type Birthplace, freshTable } from './fresh-grants.ts'
import { keyClause } from './keys.ts'
import { attributeSteps, passingName, sizeOf, step, tableLabel } from './reference.ts'

/** Steps that make a table with keys and checks, its comments and privileges. `parents`: tables that it inherits from. */
export function makeTable(
  table: Table,
  parents: readonly OtherObject[],
  { owner, from }: { readonly owner: string | undefined; readonly from: Schema },
): Step[] {
  const object = tableLabel(table.name)
  const inherits = JSON.stringify(parents.map((p) => [p.table!.schema, p.table!.name]))
  const heir: Table = parents.length === 0 ? table : { ...table, options: { ...table.options, inherits } }
  const keys = [
    ...(table.primaryKey === undefined ? [] : [keyClause(table.primaryKey, true)]),
    ...table.uniques.map((key) => keyClause(key, false)),
  ]
  const { before, main, after } = createTable(heir, keys)
  const constraints = [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey]),
    ...table.uniques,
    ...table.checks.filter((c) => !c.notValid && !c.inherited),
  ]
  return [
    step([...before, main, ...after].join(';\n'), 'a new table', object),
    ...freshGrantsOf(from, table),
    ...tableAttributes(null, table, owner),
    ...table.columns.flatMap((c) => [
      ...freshNotNull(table, c),
      ...columnAttributes(null, c, table),
      ...freshSequenceOf(from, table, c),
      ...sequenceExtras(null, table, c),
    ]),
    ...constraints.flatMap((c) => constraintComment(table.name, c)),
  ]
}

/** Privileges that a new table gets by itself and is not to have. */
export function freshGrantsOf(from: Birthplace, table: Table): Step[] {
  return freshTable(from, table.name.schema, table.grants ?? [], placeOf(table))
}

/** Owner, comment and privileges. */
export function tableAttributes(from: Table | null, to: Table, owner: string | undefined): Step[] {
  const of = (t: Table) => ({
    ...(t.comment !== undefined && { comment: t.comment }),
    ...((t.owner ?? owner) !== undefined && { owner: t.owner ?? owner }),
    ...(t.grants !== undefined && { grants: t.grants }),
  })
  return attributeSteps(from === null ? null : of(from), of(to), placeOf(to))
}

const placeOf = (table: Table) => ({ ref: `TABLE ${qualified(table.name)}`, object: tableLabel(table.name) })

/** Row security, replica identity, clustering of a new table: once its indexes are there. */
export function traitSteps(table: Table): Step[] {
  return [
    ...tableTraits(table).map((sql) => step(sql, 'a property of the table', tableLabel(table.name))),
    ...stampSteps(null, table),
  ]
}

/** DROP TABLE. */
export function dropTable(table: Table): Step {
  return step(`DROP TABLE ${qualified(table.name)}`, 'not there any more', tableLabel(table.name), {
    hazards: [
      {
        kind: 'drop-table',
        what: `table ${stepName(table.name)} is dropped with its rows`,
        ...sizeOf(table),
        count: `SELECT count(*) AS n FROM ${qualified(table.name)}`,
        counted: 'rows',
      },
    ],
  })
}

/** ALTER … RENAME, through a name that nobody has where two exchange theirs. `what` says what stands before the new name. */
export function renameSteps(
  what: (name: string) => string,
  pairs: readonly (readonly [from: string, to: string])[],
  object: string,
): Step[] {
  const say = (from: string, to: string) => step(`ALTER ${what(quote(from))} ${quote(to)}`, 'another name', object)
  const froms = new Set(pairs.map(([from]) => from))
  const circular = pairs.filter(([, to]) => froms.has(to))
  const between = (name: string) => passingName(`naru ${name}`)
  return [
    ...circular.map(([from]) => say(from, between(from))),
    ...pairs.filter((p) => !circular.includes(p)).map(([from, to]) => say(from, to)),
    ...circular.map(([from, to]) => say(between(from), to)),
  ]
}

type OptionEdit = Extract<Edit, { part: 'option' }>

const settingNames = (text: string | null) =>
  text === null || text === '' ? [] : text.split(', ').map((s) => s.split('=')[0])

function security(from: string | null, to: string | null): string[] {
  const [was, is] = [from ?? '', to ?? ''].map((t) => t.split(', '))
  const toggled = (word: string, on: string, off: string) =>
    was.includes(word) === is.includes(word) ? [] : [is.includes(word) ? on : off]
  return [
    ...toggled('enabled', 'ENABLE ROW LEVEL SECURITY', 'DISABLE ROW LEVEL SECURITY'),
    ...toggled('forced', 'FORCE ROW LEVEL SECURITY', 'NO FORCE ROW LEVEL SECURITY'),
  ]
}

function settings(from: string | null, to: string | null): string[] {
  const gone = settingNames(from).filter((name) => !settingNames(to).includes(name))
  return [
    ...(gone.length > 0 ? [`RESET (${gone.join(', ')})`] : []),
    ...(to === null || to === '' ? [] : [`SET (${to})`]),
  ]
}

/** What ALTER TABLE says for an option; null where nothing does. */
function optionSql(e: OptionEdit): string[] | null {
  switch (e.name) {
    case 'unlogged':
      return [e.to === 'true' ? 'SET UNLOGGED' : 'SET LOGGED']
    case 'with':
      return settings(e.from, e.to)
    case 'row security':
      return security(e.from, e.to)
    case 'replica identity':
      return [`REPLICA IDENTITY ${e.to === null ? 'DEFAULT' : identitySql(e.to)}`]
    case 'tablespace':
      return [`SET TABLESPACE ${quote(e.to ?? 'pg_default')}`]
    case 'access method':
      return [`SET ACCESS METHOD ${quote(e.to ?? 'heap')}`]
    case 'clustered':
      return [e.to === null ? 'SET WITHOUT CLUSTER' : `CLUSTER ON ${quote(e.to)}`]
    case 'of type':
      return [e.to === null ? 'NOT OF' : `OF ${e.to}`]
    default:
      return null
  }
}

/** Told with the columns or as attributes. */
const ELSEWHERE = /^(comment|owner|grants|uses|sequence( \w+)? of .*)$/s

/** Steps for the properties of a table that stays, those that need its indexes (`late`) apart. */
export function optionSteps(
  from: Table,
  to: Table,
  edits: readonly Edit[],
): { early: Step[]; late: Step[]; unplanned: Unplanned[] } {
  const early: Step[] = []
  const late: Step[] = []
  const unplanned: Unplanned[] = []
  for (const e of edits) {
    if (e.part !== 'option' || ELSEWHERE.test(e.name)) continue
    const said = optionSql(e)
    if (said === null) {
      unplanned.push({
        object: tableLabel(to.name),
        why: `${e.name}: ${e.from ?? 'none'} cannot become ${e.to ?? 'none'} without making the table anew`,
      })
      continue
    }
    const rewrite = /^(unlogged|tablespace|access method)$/.test(e.name)
    const hazards = rewrite
      ? [{ kind: 'rewrite' as const, what: `${stepName(from.name)} is written anew`, ...sizeOf(from) }]
      : []
    const steps = said.map((sql) =>
      step(
        `ALTER TABLE ${/^SET (LOGGED|UNLOGGED)/.test(sql) ? '' : 'ONLY '}${qualified(to.name)} ${sql}`,
        `${e.name}: ${e.from ?? 'none'} becomes ${e.to ?? 'none'}`,
        tableLabel(to.name),
        { hazards },
      ),
    )
    ;(e.name === 'replica identity' || e.name === 'clustered' ? late : early).push(...steps)
  }
  return { early, late: [...late, ...stampSteps(from, to)], unplanned }
}

/** The triggers that stand for ON UPDATE CURRENT_TIMESTAMP. */
function stampSteps(from: Table | null, to: Table): Step[] {
  const was = from?.columns.filter((c) => c.onUpdateNow) ?? []
  const is = to.columns.filter((c) => c.onUpdateNow)
  const names = (columns: readonly { readonly name: string }[]) => columns.map((c) => c.name).join('\0')
  if (names(was) === names(is)) return []
  const object = tableLabel(to.name)
  const gone = (name: ObjectName) => `DROP FUNCTION ${qualified(name)}() CASCADE`
  return [
    ...(was.length === 0
      ? []
      : [
          step(
            gone({ schema: to.name.schema, name: nowTriggerName(from!.name, was) }),
            'no column is stamped on update',
            object,
          ),
        ]),
    ...(is.length === 0 ? [] : [step(nowTriggerSql(to, is), 'columns that are stamped on update', object)]),
  ]
}
