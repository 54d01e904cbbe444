/** Views, triggers and virtual tables that are dropped, made, or stand in the way of ALTER TABLE and are put back. */
import type { Change, Step } from '../../../core/change.ts'
import type { OtherObject, Schema } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { isWord, tokenize } from '../tokens.ts'
import { writtenOf } from '../written.ts'
import { dropObjectHazard } from './hazards.ts'
import { fillStep, remadeVirtual } from './virtual.ts'

const KEYWORD: Readonly<Record<string, string>> = { view: 'VIEW', trigger: 'TRIGGER', 'virtual table': 'TABLE' }
/** In which they need each other. */
const ORDER: readonly OtherObject['kind'][] = ['virtual table', 'view', 'trigger']

export interface ObjectSteps {
  readonly drops: readonly Step[]
  readonly creates: readonly Step[]
  /** Virtual tables that take their rows along. */
  readonly remade: readonly Step[]
}

interface Work {
  readonly object: OtherObject
  readonly why: string
  readonly gone?: boolean
}

/** `blocked`: names that no view or trigger may mention while tables are altered; `owners`: tables whose triggers go with them. */
export function objectSteps(
  input: { readonly from: Schema; readonly to: Schema; readonly changes: readonly Change[] },
  blocked: ReadonlySet<string>,
  owners: ReadonlySet<string>,
): ObjectSteps {
  const drops = new Map<string, Work>()
  const creates = new Map<string, Work>()
  const remade: Step[] = []
  for (const change of input.changes) {
    const step = remadeBy(change, [input.from, input.to])
    if (step !== null) remade.push(step)
    else addChange(change, drops, creates)
  }
  for (const object of inTheWay(input.from, blocked, owners, drops)) {
    drops.set(keyOf(object), { object, why: 'it stands in the way and is put back' })
    const wanted = input.to.others.find((o) => keyOf(o) === keyOf(object)) ?? object
    creates.set(keyOf(wanted), { object: wanted, why: 'put back' })
  }
  return {
    drops: ordered([...drops.values()])
      .reverse()
      .map(dropStep),
    remade,
    creates: [
      ...ordered([...creates.values()]).map(createStep),
      ...[...creates.values()].flatMap((w) => (w.object.kind === 'virtual table' ? fillStep(w.object, input.to) : [])),
    ],
  }
}

function remadeBy(change: Change, schemas: readonly Schema[]): Step | null {
  const [from, to] = sides(change)
  if (from?.kind !== 'virtual table' || to === undefined || from.name.name !== to.name.name) return null
  return remadeVirtual(from, to, schemas)
}

function addChange(change: Change, drops: Map<string, Work>, creates: Map<string, Work>): void {
  const [from, to] = sides(change)
  const why = change.kind === 'alter' ? 'it is defined otherwise' : change.kind === 'create' ? 'new' : 'not wanted'
  if (from !== undefined) drops.set(keyOf(from), { object: from, why, gone: change.kind === 'drop' })
  if (to !== undefined) creates.set(keyOf(to), { object: to, why })
}

function sides(change: Change): [OtherObject | undefined, OtherObject | undefined] {
  if (change.kind === 'alter') {
    return change.from.kind === 'object' && change.to.kind === 'object'
      ? [change.from.object, change.to.object]
      : [undefined, undefined]
  }
  if (change.object.kind !== 'object') return [undefined, undefined]
  return change.kind === 'drop' ? [change.object.object, undefined] : [undefined, change.object.object]
}

/** What is not dropped yet, and mentions a name that is blocked or a view that goes. */
function inTheWay(
  from: Schema,
  blocked: ReadonlySet<string>,
  owners: ReadonlySet<string>,
  drops: ReadonlyMap<string, Work>,
): OtherObject[] {
  const names = new Set([...blocked].map((n) => n.toLowerCase()))
  const homes = new Set([...owners].map((n) => n.toLowerCase()))
  for (const { object } of drops.values()) if (object.kind === 'view') leave(object, names, homes, blocked.size > 0)
  const left = from.others.filter((o) => o.kind !== 'virtual table' && !drops.has(keyOf(o)))
  const known = knownNames(from)
  const found: OtherObject[] = []
  for (let grown = true; grown; ) {
    grown = false
    for (const object of left) {
      const hangs = object.table !== undefined && homes.has(object.table.name.toLowerCase())
      const broken = blocked.size > 0 && isBroken(object, known)
      if (found.includes(object) || !(hangs || broken || mentions(object, names))) continue
      found.push(object)
      grown = true
      if (object.kind === 'view') leave(object, names, homes, true)
    }
  }
  return found
}

/** A view that goes takes its triggers along; where ALTER TABLE resolves names, whoever names it is in the way too. */
function leave(view: OtherObject, names: Set<string>, homes: Set<string>, resolving: boolean): void {
  homes.add(view.name.name.toLowerCase())
  if (resolving) names.add(view.name.name.toLowerCase())
}

function mentions(object: OtherObject, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false
  return tokenize(object.definition).some((t) => t.kind !== 'other' && names.has(t.value.toLowerCase()))
}

function knownNames(schema: Schema): ReadonlySet<string> {
  const names = [...schema.tables.map((t) => t.name.name), ...schema.others.map((o) => o.name.name)]
  return new Set(names.map((n) => n.toLowerCase()))
}

/** ALTER TABLE refuses to rename or drop anything while a view reads from what is not there. Names of WITH clauses pass for such, which costs nothing. */
function isBroken(object: OtherObject, known: ReadonlySet<string>): boolean {
  const tokens = tokenize(object.definition)
  return tokens.some((t, i) => {
    const read = isWord(tokens[i - 1], 'FROM', 'JOIN', 'INTO')
    return read && (t.kind === 'word' || t.kind === 'name') && !known.has(t.value.toLowerCase())
  })
}

function ordered(work: readonly Work[]): Work[] {
  return work.toSorted((a, b) => ORDER.indexOf(a.object.kind) - ORDER.indexOf(b.object.kind))
}

function keyOf(o: OtherObject): string {
  return `${o.kind} ${o.name.name}`
}

function dropStep({ object, why, gone }: Work): Step {
  const lost = gone === true || object.kind === 'virtual table'
  return {
    sql: `DROP ${KEYWORD[object.kind] ?? 'VIEW'} ${quote(object.name.name)}`,
    why,
    object: keyOf(object),
    inTransaction: true,
    hazards: lost ? [dropObjectHazard(object)] : [],
  }
}

function createStep({ object, why }: Work): Step {
  const sql = writtenOf(object)?.sql ?? object.definition
  return { sql, why, object: keyOf(object), inTransaction: true, hazards: [] }
}
