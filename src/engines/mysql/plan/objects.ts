/** Views, triggers, routines, events, sequences and the database's defaults. */
import type { Step } from '../../../core/change.ts'
import type { OtherObject } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { definerSql, underItsSettings } from '../object-sql.ts'
import { tableSql } from '../table-name.ts'
import { type Planning, type Sorted, step } from './names.ts'
import { triggerSteps } from './triggers.ts'

type Kind = OtherObject['kind']

/** Made before tables. */
const EARLY: readonly Kind[] = ['schema', 'sequence']
/** Made after tables, in this order: views may use functions. */
const LATE: readonly Kind[] = ['function', 'procedure', 'other', 'view', 'event']

const label = (o: OtherObject): string => `${o.kind} ${o.name.name}`

/** Before tables: what goes, and what tables need. */
export function earlySteps(p: Planning, sorted: Sorted): Step[] {
  const gone = sorted.objectsDropped.filter((o) => o.kind === 'view' || o.kind === 'event' || o.kind === 'sequence')
  const made = sorted.objectsCreated.filter((o) => EARLY.includes(o.kind))
  const altered = sorted.objectsAltered.filter((o) => EARLY.includes(o.to.kind))
  return [
    ...gone.filter((o) => o.kind !== 'sequence').map((o) => dropStep(p, o)),
    ...altered.flatMap(({ from, to }) => alteredEarly(p, from, to)),
    ...made.flatMap((o) =>
      o.kind === 'schema' ? [defaultsStep(o)] : [step(o.definition, 'tables may take their numbers from it', label(o))],
    ),
  ]
}

/** After tables: routines, views and events in the order in which they need each other, triggers; then what nothing uses any more. */
export function lateSteps(p: Planning, sorted: Sorted): Step[] {
  const made = sorted.objectsCreated.filter((o) => LATE.includes(o.kind)).map((o) => ({ object: o, from: null }))
  const altered = sorted.objectsAltered
    .filter((o) => LATE.includes(o.to.kind))
    .map((o) => ({ object: o.to, from: o.from }))
  const gone = sorted.objectsDropped.filter((o) => ['function', 'procedure', 'other', 'sequence'].includes(o.kind))
  return [
    ...ordered([...made, ...altered]).flatMap(({ object, from }) => makeSteps(p, object, from)),
    ...triggerSteps(p, sorted),
    ...gone.flatMap((o) => (o.kind === 'other' ? dropOther(p, o) : [dropStep(p, o)])),
  ]
}

interface Made {
  readonly object: OtherObject
  readonly from: OtherObject | null
}

/** By kind, and among views by whom they name. */
function ordered(all: readonly Made[]): Made[] {
  const views = all.filter((m) => m.object.kind === 'view')
  const sortedViews: Made[] = []
  const left = new Set(views)
  while (left.size > 0) {
    const ready = [...left].filter((m) => [...left].every((other) => other === m || !reads(m.object, other.object)))
    for (const m of ready.length > 0 ? ready : [...left].slice(0, 1)) {
      sortedViews.push(m)
      left.delete(m)
    }
  }
  return LATE.flatMap((kind) => (kind === 'view' ? sortedViews : all.filter((m) => m.object.kind === kind)))
}

/** The server prints a table as a name that stands neither behind a dot or AS nor before a dot. */
function reads(view: OtherObject, other: OtherObject): boolean {
  const name = quote(other.name.name)
  for (let at = view.definition.indexOf(name); at >= 0; at = view.definition.indexOf(name, at + 1)) {
    const [before, after] = [view.definition.slice(Math.max(0, at - 4), at), view.definition[at + name.length]]
    if (!/(\.| AS )$/i.test(before) && after !== '.' && !/VIEW $/.test(view.definition.slice(0, at))) return true
  }
  return false
}

/** The statement with its definer, as it was before it was normalized. */
function withDefiner(o: OtherObject, replace: boolean): string {
  const definer = o.owner === undefined ? '' : ` DEFINER=${definerSql(o.owner)}`
  const verb = replace ? 'CREATE OR REPLACE' : 'CREATE'
  if (o.kind === 'view') {
    return o.definition.replace(/^CREATE( ALGORITHM=\w+)?/, (_, algorithm = '') => `${verb}${algorithm}${definer}`)
  }
  return o.definition.replace(/^CREATE/, `${verb}${definer}`)
}

function makeSteps(p: Planning, o: OtherObject, from: OtherObject | null): Step[] {
  if (o.definition.trim() === '' || !/^CREATE\b/i.test(o.definition)) {
    p.refuse({ object: label(o), why: 'its statement cannot be seen by this user' })
    return []
  }
  const replace = from !== null && (o.kind === 'view' || p.features.orReplace)
  const why = from === null ? 'not there yet' : 'differs'
  if (replace || from === null) return [step(underItsSettings(o, withDefiner(o, replace)), why, label(o))]
  return [
    { ...dropStep(p, from), hazards: [], why: 'differs: dropped and made anew' },
    step(underItsSettings(o, withDefiner(o, false)), 'differs; its privileges come back below', label(o)),
  ]
}

const WORDS: Partial<Record<Kind, string>> = {
  view: 'VIEW',
  event: 'EVENT',
  function: 'FUNCTION',
  procedure: 'PROCEDURE',
  sequence: 'SEQUENCE',
}

function dropStep(_: Planning, o: OtherObject): Step {
  return step(`DROP ${WORDS[o.kind] ?? ''} ${tableSql(o.name)}`, 'not there any more', label(o), {
    hazards: [{ kind: 'drop-object', what: `${label(o)} goes` }],
  })
}

/** Packages of MariaDB are known by their statement. */
function dropOther(p: Planning, o: OtherObject): Step[] {
  const word = /^CREATE\s+(PACKAGE(?: BODY)?)\b/i.exec(o.definition)?.[1]
  if (word === undefined) {
    p.refuse({ object: label(o), why: `naru has no statement that drops it: ${o.definition.slice(0, 60)}` })
    return []
  }
  return [
    step(`DROP ${word} ${quote(o.name.name)}`, 'not there any more', label(o), {
      hazards: [{ kind: 'drop-object', what: `${label(o)} goes` }],
    }),
  ]
}

function defaultsStep(o: OtherObject): Step {
  return step(`ALTER DATABASE ${o.definition}`, 'what tables get that say nothing of their own', 'database')
}

function alteredEarly(p: Planning, from: OtherObject, to: OtherObject): Step[] {
  if (to.kind === 'schema') return [defaultsStep(to)]
  const clauses = /^CREATE SEQUENCE (?:`(?:[^`]|``)+`) (.*?)(?: ENGINE=\w+)?$/is
  const [was, is] = [clauses.exec(from.definition)?.[1], clauses.exec(to.definition)?.[1]]
  if (was === undefined || is === undefined || was === is) {
    p.refuse({ object: label(to), why: 'it differs in more than its numbers' })
    return []
  }
  return [step(`ALTER SEQUENCE ${tableSql(to.name)} ${is}`, 'differs; its next number stays', label(to))]
}
