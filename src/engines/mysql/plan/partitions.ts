/** Partitions: added, dropped, merged, split where that is enough; else the table is partitioned anew. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { Table } from '../../../core/schema.ts'
import { tableSql } from '../table-name.ts'
import { type Planning, step, type TableChange } from './names.ts'
import { changedOptions } from './options.ts'

interface Part {
  readonly name: string
  readonly sql: string
}

interface Scheme {
  /** PARTITION BY … without the number and the list of partitions. */
  readonly head: string
  readonly count: number
  readonly parts: readonly Part[]
}

function readScheme(text: string): Scheme {
  const at = text.search(/\n?\s*\(PARTITION /)
  const [head, list] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
  const inner = list.trim().replace(/^\(|\)$/g, '')
  const parts = inner === '' ? [] : inner.split(/,\n\s*(?=PARTITION )/).map((sql) => ({ name: nameOf(sql), sql }))
  const count = Number(/\nPARTITIONS (\d+)/.exec(head)?.[1] ?? parts.length)
  return { head: head.replace(/\nPARTITIONS \d+/, '').trim(), count, parts }
}

const nameOf = (sql: string): string => /^PARTITION (`(?:[^`]|``)+`|\S+)/.exec(sql)?.[1] ?? ''

interface Management {
  readonly clause: string
  readonly why: string
  /** Partitions whose rows go with them. */
  readonly lost?: readonly string[]
  readonly rewrites?: boolean
}

/** `inline`: to be said at the end of the table's own ALTER. `steps`: statements of their own. */
export interface PartitionPlan {
  readonly inline?: string
  readonly steps: readonly Step[]
}

/** What has to be done about partitions. */
export function partitionPlan(p: Planning, change: TableChange): PartitionPlan {
  if (!changedOptions(change).has('partitioning')) return { steps: [] }
  const [from, to] = [change.from.options.partitioning, change.to.options.partitioning]
  if (to === undefined) return { inline: 'REMOVE PARTITIONING', steps: [] }
  const managed = from === undefined ? null : manage(readScheme(from), readScheme(to))
  if (managed === null) return { inline: to, steps: [] }
  return { steps: managed.map((m) => managementStep(p, change.from, change.to, m)) }
}

function managementStep(p: Planning, from: Table, to: Table, m: Management): Step {
  const name = to.name.name
  const size = { rows: from.rows, bytes: from.bytes }
  const lost = (m.lost ?? []).map(
    (part): Hazard => ({
      kind: 'drop-object',
      what: `partition ${part} of ${name} is dropped with its rows: no other partition takes them`,
      table: from.name,
      count: `SELECT count(*) AS n FROM ${tableSql(from.name)} PARTITION (${part})`,
      counted: 'rows',
    }),
  )
  const rewrite: Hazard[] = m.rewrites
    ? [{ kind: 'rewrite', what: `rows of ${name} move between partitions`, table: from.name, ...size }]
    : []
  const algorithm = p.features.mariadb ? {} : { algorithm: 'INPLACE' }
  return step(`ALTER TABLE ${tableSql(to.name)} ${m.clause}`, m.why, `partitions of ${name}`, {
    hazards: [...lost, ...rewrite],
    ...algorithm,
  })
}

function manage(from: Scheme, to: Scheme): Management[] | null {
  if (from.head !== to.head || /BY SYSTEM_TIME/i.test(to.head)) return null
  if (/BY (LINEAR )?(HASH|KEY)/i.test(to.head)) return counted(from, to)
  if (/BY RANGE/i.test(to.head)) return ranged(from.parts, to.parts)
  return /BY LIST/i.test(to.head) ? listed(from.parts, to.parts) : null
}

function counted(from: Scheme, to: Scheme): Management[] | null {
  if (from.parts.length > 0 || to.parts.length > 0) return null
  const more = to.count - from.count
  if (more === 0) return null
  const clause = more > 0 ? `ADD PARTITION PARTITIONS ${more}` : `COALESCE PARTITION ${-more}`
  return [{ clause, why: `${from.count} partitions become ${to.count}`, rewrites: true }]
}

const names = (parts: readonly Part[]): string => parts.map((k) => k.name).join(', ')
const definitions = (parts: readonly Part[]): string => `(${parts.map((k) => k.sql).join(',\n ')})`

/** The parts that differ, between those that are the same at both ends. */
function middle(from: readonly Part[], to: readonly Part[]): { head: number; tail: number } {
  const least = Math.min(from.length, to.length)
  let head = 0
  while (head < least && from[head].sql === to[head].sql) head++
  let tail = 0
  while (tail < least - head && from.at(-1 - tail)?.sql === to.at(-1 - tail)?.sql) tail++
  return { head, tail }
}

/** Ranges lie one beside the other, so that a partition that goes leaves its rows to the next one. */
function ranged(from: readonly Part[], to: readonly Part[]): Management[] | null {
  const { head, tail } = middle(from, to)
  const [old, fresh] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)]
  if (old.length === 0 && tail === 0)
    return [{ clause: `ADD PARTITION ${definitions(fresh)}`, why: 'ranges beyond the last' }]
  if (fresh.length === 0 && tail === 0) {
    return [{ clause: `DROP PARTITION ${names(old)}`, why: 'the last ranges go', lost: old.map((k) => k.name) }]
  }
  // Rows between the ends go to the next one, or come from there.
  const next = tail > 0 && endOf(old.at(-1)) !== endOf(fresh.at(-1)) ? 1 : 0
  if (tail === 0 && !reaches(endOf(old.at(-1)), endOf(fresh.at(-1)))) return null
  const a = from.slice(head, from.length - tail + next)
  const b = to.slice(head, to.length - tail + next)
  return [
    {
      clause: `REORGANIZE PARTITION ${names(a)} INTO ${definitions(b)}`,
      why: 'ranges are divided anew',
      rewrites: true,
    },
  ]
}

/** `(20)`, `MAXVALUE` … */
function endOf(part: Part | undefined): string | undefined {
  return /VALUES LESS THAN (MAXVALUE|\((?:[^()']|'[^']*')*\))/i.exec(part?.sql ?? '')?.[1]
}

/** The last range may only grow. */
function reaches(from: string | undefined, to: string | undefined): boolean {
  if (from === to || /MAXVALUE/i.test(to ?? '')) return from !== undefined
  const [a, b] = [from, to].map((end) => Number((end ?? '').slice(1, -1) || Number.NaN))
  return a <= b
}

function listed(from: readonly Part[], to: readonly Part[]): Management[] | null {
  const [had, has] = [new Set(from.map((k) => k.sql)), new Set(to.map((k) => k.sql))]
  const [gone, come] = [from.filter((k) => !has.has(k.sql)), to.filter((k) => !had.has(k.sql))]
  const ordered = [...from.filter((k) => has.has(k.sql)), ...come].every((k, i) => k.sql === to[i]?.sql)
  if (gone.length === 0 && ordered) return [{ clause: `ADD PARTITION ${definitions(come)}`, why: 'lists that are new' }]
  if (come.length === 0) {
    return [{ clause: `DROP PARTITION ${names(gone)}`, why: 'lists that go', lost: gone.map((k) => k.name) }]
  }
  const { head, tail } = middle(from, to)
  const [old, fresh] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)]
  if (old.length === 0) return null
  return [
    {
      clause: `REORGANIZE PARTITION ${names(old)} INTO ${definitions(fresh)}`,
      why: 'lists are divided anew',
      rewrites: true,
    },
  ]
}
