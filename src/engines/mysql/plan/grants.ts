/**
 * Privileges. The server keeps them by name: they stay behind where a table or column is renamed or dropped, and would hold for the next one
 * of that name. So they are taken back before that, and given at the very end.
 */
import type { Step } from '../../../core/change.ts'
import type { MadeObjects } from '../../../core/engine.ts'
import type { Column, OtherObject, Table } from '../../../core/schema.ts'
import { ALL, type Grant, grantLine, parseGrant } from '../grants.ts'
import type { Stray } from '../inspect-granted.ts'
import { quote } from '../literal.ts'
import { tableSql } from '../table-name.ts'
import { type Planning, type Sorted, step, type TableChange } from './names.ts'

type Lines = readonly string[] | undefined

interface Place {
  /** What follows ON; by grantee where its name has several spellings. */
  readonly on: (grantee: string) => string
  /** For people. */
  readonly label: string
  readonly column?: string
}

interface Pair {
  readonly from: Grant | undefined
  readonly to: Grant | undefined
}

function pairs(from: Lines, to: Lines): [string, Pair][] {
  const by = (lines: Lines) =>
    new Map((lines ?? []).flatMap((line) => parseGrant(line) ?? []).map((g) => [g.grantee, g]))
  const [a, b] = [by(from), by(to)]
  const names = [...new Set([...a.keys(), ...b.keys()])].sort()
  return names.map((name) => [name, { from: a.get(name), to: b.get(name) }])
}

/** Privileges of one that the other does not have; all of them are one word, which cannot be taken apart. */
function beyond(one: Grant | undefined, other: Grant | undefined): string[] {
  const had = new Set(other?.privileges)
  if (one === undefined || had.has(ALL)) return []
  return one.privileges.filter((p) => !had.has(p))
}

interface Work {
  readonly revokes: readonly Step[]
  readonly grants: readonly Step[]
}

const joined = ({ revokes, grants }: Work): Step[] => [...revokes, ...grants]

function gathered(all: readonly Work[]): Work {
  return { revokes: all.flatMap((w) => w.revokes), grants: all.flatMap((w) => w.grants) }
}

function changed(from: Lines, to: Lines, place: Place): Work {
  return gathered(pairs(from, to).map(([grantee, pair]) => workFor(grantee, pair, place)))
}

/** Privileges on a view's columns that stay, and that the server takes away together with the same one on the whole view. */
function takenAlong(gone: readonly string[], was: Grant | undefined, is: Grant | undefined): string[] {
  const had = new Set(was?.privileges)
  return (is?.privileges ?? []).filter((p) => p.includes(' (') && had.has(p) && gone.includes(p.split(' (', 1)[0]))
}

/** What one grantee loses and gets. */
function workFor(grantee: string, { from: was, to: is }: Pair, place: Place): Work {
  const whole = was?.privileges.includes(ALL) === true && is?.privileges.includes(ALL) !== true
  const gone = whole ? [ALL] : beyond(was, is)
  const come = whole ? (is?.privileges ?? []) : [...beyond(is, was), ...takenAlong(gone, was, is)]
  const option = is?.option === true && !was?.option
  const named = (all: readonly string[]) =>
    all.map((p) => (place.column === undefined ? p : `${p} (${quote(place.column)})`)).join(', ')
  const on = `ON ${place.on(grantee)}`
  const make = (sql: string, why: string) => step(sql, why, `privileges of ${place.label}`, { grantee })
  const given = come.length === 0 ? 'USAGE' : named(come)
  return {
    revokes: [
      ...(gone.length === 0 ? [] : [make(`REVOKE ${named(gone)} ${on} FROM ${grantee}`, 'not to be any more')]),
      ...(was?.option && !is?.option
        ? [make(`REVOKE GRANT OPTION ${on} FROM ${grantee}`, 'may not pass them on any more')]
        : []),
    ],
    grants:
      come.length === 0 && !option
        ? []
        : [
            make(
              `GRANT ${given} ${on} TO ${grantee}${option ? ' WITH GRANT OPTION' : ''}`,
              come.length === 0 ? 'may pass on what is given elsewhere' : 'as it is to be',
            ),
          ],
  }
}

/** What of a column's privileges is left once these are taken back from the table: the server takes them from its columns too. */
function afterTable(column: Lines, from: Lines, to: Lines): Lines {
  const lost = new Map(
    pairs(from, to).map(([grantee, { from: was, to: is }]) => {
      const all = was?.privileges.includes(ALL) === true && is?.privileges.includes(ALL) !== true
      return [grantee, { all, names: new Set(beyond(was, is)) }]
    }),
  )
  return (column ?? []).flatMap((line) => {
    const g = parseGrant(line)
    const taken = lost.get(g?.grantee ?? '')
    if (g === null || taken === undefined) return [line]
    const privileges = taken.all ? [] : g.privileges.filter((p) => !taken.names.has(p))
    return privileges.length === 0 ? [] : [grantLine({ ...g, privileges })]
  })
}

const on = (sql: string) => () => sql

const tablePlace = (table: Table): Place => ({ on: on(tableSql(table.name)), label: `table ${table.name.name}` })

const columnPlace = (table: Table, column: string): Place => ({
  on: on(tableSql(table.name)),
  label: `column ${table.name.name}.${column}`,
  column,
})

/** Packages of MariaDB are known by their statement. */
function objectPlace(o: OtherObject): Place {
  const word = o.kind === 'other' ? /^CREATE\s+(PACKAGE(?: BODY)?)\b/i.exec(o.definition)?.[1] : o.kind
  const routine = o.kind === 'view' || o.kind === 'sequence' ? '' : `${(word ?? o.kind).toUpperCase()} `
  return { on: on(`${routine}${quote(o.name.name)}`), label: `${o.kind} ${o.name.name}` }
}

/** `_`, `%` in the name of a database are a pattern to GRANT: then it is named, and escaped. Else it is the one in use, whatever its name. */
function databasePlace(name: string, o: OtherObject): Place {
  const spellings = JSON.parse(o.details?.spellings ?? '{}') as Record<string, readonly string[]>
  const plain = o.details?.['plain names'] === 'yes' || !/[_%\\]/.test(name)
  const usual = plain ? name : name.replace(/[_%\\]/g, '\\$&')
  const spelled = (grantee: string) => spellings[grantee]?.[0] ?? usual
  return {
    on: (grantee) => (spelled(grantee) === name ? '*' : `${quote(spelled(grantee))}.*`),
    label: 'the database',
  }
}

/** What the server still holds for a table of that name, or for columns of it. */
function strayOf(p: Planning, table: string): Before {
  const database = p.from.others.find((o) => o.kind === 'schema')
  const all = JSON.parse(database?.details?.strays ?? '[]') as readonly Stray[]
  const found = all.find((s) => s.table === table)
  return { table: found?.grants, column: (c) => found?.columns.find(([name]) => name === c.name)?.[1] }
}

/** All that there is on a table, columns first. */
function allOf(table: Table): Step[] {
  return [
    ...table.columns.flatMap((c) => changed(c.grants, undefined, columnPlace(table, c.name)).revokes),
    ...changed(table.grants, undefined, tablePlace(table)).revokes,
  ]
}

const renamed = ({ from, to }: TableChange): boolean => from.name.name !== to.name.name

/** Before anything else: what would stay behind under names that go. */
export function revokeSteps(sorted: Sorted): Step[] {
  const columns = sorted.altered
    .filter((c) => !renamed(c))
    .flatMap(({ from, edits }) =>
      edits.flatMap((e) =>
        e.part === 'column' && e.from !== null && e.from.name !== e.to?.name
          ? changed(e.from.grants, undefined, columnPlace(from, e.from.name)).revokes
          : [],
      ),
    )
  const objects = sorted.objectsDropped.filter((o) => o.kind === 'view' || o.kind === 'sequence')
  return [
    ...sorted.dropped.flatMap((t) => allOf(t)),
    ...objects.flatMap((o) => changed(o.grants, undefined, objectPlace(o)).revokes),
    ...sorted.altered.filter(renamed).flatMap((c) => allOf(c.from)),
    ...columns,
  ]
}

function alteredTable(p: Planning, change: TableChange): Step[] {
  const { from, to, edits } = change
  const anew = renamed(change)
  const stray = strayOf(p, to.name.name)
  const before = (column: Column): Lines => {
    const edit = edits.find((e) => e.part === 'column' && e.to?.name === column.name)
    const was = edit === undefined ? from.columns.find((c) => c.name === column.name) : (edit.from as Column | null)
    if (anew || !was || was.name !== column.name) return stray.column(column)
    return was.grants
  }
  return tableSteps(to, { table: anew ? stray.table : from.grants, column: before })
}

interface Before {
  readonly table: Lines
  readonly column: (column: Column) => Lines
}

/** Columns lose first and get last, for the table's own privileges are theirs as well. */
function tableSteps(to: Table, before: Before): Step[] {
  const own = changed(before.table, to.grants, tablePlace(to))
  const columns = to.columns.map((c) => {
    const [was, place] = [before.column(c), columnPlace(to, c.name)]
    const left = afterTable(was, before.table, to.grants)
    return { revokes: changed(was, c.grants, place).revokes, grants: changed(left, c.grants, place).grants }
  })
  const { revokes, grants } = gathered(columns)
  return [...revokes, ...joined(own), ...grants]
}

function objectSteps(p: Planning, from: OtherObject | null, to: OtherObject): Step[] {
  if (to.kind === 'schema') return joined(changed(from?.grants, to.grants, databasePlace(p.from.name, from ?? to)))
  const stray = to.kind === 'view' || to.kind === 'sequence' ? strayOf(p, to.name.name).table : undefined
  return joined(changed(from === null ? stray : from.grants, to.grants, objectPlace(to)))
}

/** What is replaced or altered keeps its privileges; a routine that is dropped and made anew does not. */
const keepsGrants = (p: Planning, o: OtherObject): boolean =>
  p.features.orReplace || !['function', 'procedure', 'other'].includes(o.kind)

/** After everything: who may do what. */
export function grantSteps(p: Planning, sorted: Sorted): Step[] {
  return [
    ...sorted.objectsCreated.flatMap((o) => objectSteps(p, null, o)),
    ...sorted.objectsAltered.flatMap(({ from, to }) => objectSteps(p, keepsGrants(p, to) ? from : null, to)),
    ...sorted.objectsGranted.flatMap(({ from, to }) => objectSteps(p, from, to)),
    ...sorted.created.flatMap((t) => tableSteps(t, strayOf(p, t.name.name))),
    ...sorted.altered.flatMap((c) => alteredTable(p, c)),
  ]
}

/** All that is given on objects that have just been made, and on the database itself. */
export function givenSteps(made: MadeObjects): Step[] {
  const nothing = { table: undefined, column: () => undefined }
  const { grants, details } = made.present ?? {}
  const home: OtherObject = { kind: 'schema', name: { name: 'database' }, definition: '', ...(details && { details }) }
  return [
    ...changed(grants, made.grants, databasePlace(made.name, home)).grants,
    ...made.tables.flatMap((t) => tableSteps(t, nothing)),
    ...made.objects.flatMap((o) => joined(changed(undefined, o.grants, objectPlace(o)))),
  ]
}
