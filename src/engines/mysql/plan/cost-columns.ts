/** What changes of columns cost. */
import type { Column, LogicalType, Table } from '../../../core/schema.ts'
import { characterBytes } from '../ddl-index.ts'
import { COPY, type Cost, FREE, isInnodb, type Level, worstLevel } from './algorithm.ts'
import type { ColumnChange } from './columns.ts'
import type { Features } from './features.ts'

const REBUILD: Cost = { level: 2 }

const isVirtual = (c: Column): boolean => c.generated !== undefined && !c.generated.stored

/** What one column's change costs on a table. */
export function columnCost(f: Features, table: Table, c: ColumnChange): Cost {
  if (c.anew)
    return c.to !== null && isVirtual(c.to) && c.from !== null && isInnodb(table) ? dropCost(f, table, c.from) : COPY
  if (c.from === null) return c.to === null ? FREE : addCost(f, table, c.to, c.place)
  if (c.to === null) return dropCost(f, table, c.from)
  const moved = c.place === undefined ? [] : [moveCost(f, table)]
  const renamed = c.from.name === c.to.name || f.instantRename ? [] : [{ level: 1 as Level }]
  return worst([...moved, ...renamed, ...c.aspects.map((a) => aspectCost(f, table, c.from!, c.to!, a))])
}

function worst(costs: readonly Cost[]): Cost {
  return {
    level: worstLevel(costs),
    locks: costs.some((c) => c.locks),
    instantColumn: costs.some((c) => c.instantColumn),
  }
}

function hasFulltext(table: Table): boolean {
  return table.indexes.some((i) => i.method === 'fulltext')
}

/** Whether the engine can note added, dropped and moved columns without touching rows. */
function notes(f: Features, table: Table): boolean {
  if (table.options.row_format?.toLowerCase() === 'compressed' || hasFulltext(table)) return false
  return f.instantAdd !== 'none'
}

function indexedVirtual(table: Table): boolean {
  const virtual = new Set(table.columns.filter(isVirtual).map((c) => c.name))
  return table.indexes
    .concat(
      table.uniques.map((u) => ({ ...u, parts: u.columns.map((column) => ({ column })), unique: true, method: '' })),
    )
    .some((i) => i.parts.some((k) => virtual.has(k.column ?? '')))
}

function addCost(f: Features, table: Table, column: Column, place: string | undefined): Cost {
  if (!isInnodb(table)) return COPY
  if (column.generated !== undefined) return column.generated.stored ? COPY : FREE
  if (column.identity !== undefined) return { level: 2, locks: true }
  if (column.default?.kind === 'uuid' || (column.default?.kind === 'expression' && computed(column.default.sql)))
    return COPY
  if (f.mariadb && hasFulltext(table)) return { level: 2, locks: true }
  if (f.mariadb && (indexedVirtual(table) || (place !== undefined && table.columns.some(isVirtual)))) return COPY
  const allowed = f.instantAdd === 'anywhere' || (f.instantAdd === 'last' && place === undefined)
  return notes(f, table) && allowed ? { level: 0, instantColumn: true } : REBUILD
}

/** Computed for each row that is there. */
const computed = (sql: string): boolean => /\b(nextval|uuid|uuid_short|sys_guid)\b/i.test(sql)

function dropCost(f: Features, table: Table, column: Column): Cost {
  if (!isInnodb(table)) return COPY
  if (isVirtual(column)) return FREE
  if (f.mariadb && hasFulltext(table)) return { level: 2, locks: true }
  if (f.mariadb && indexedVirtual(table)) return COPY
  return notes(f, table) && f.instantAdd === 'anywhere' ? { level: 0, instantColumn: true } : REBUILD
}

function moveCost(f: Features, table: Table): Cost {
  if (!isInnodb(table)) return COPY
  if (!f.mariadb) return REBUILD
  if (indexedVirtual(table)) return COPY
  return notes(f, table) ? { level: 0, instantColumn: true } : REBUILD
}

function aspectCost(f: Features, table: Table, from: Column, to: Column, aspect: string): Cost {
  switch (aspect) {
    case 'type':
      return typeCost(f, table, from, to)
    case 'nullable':
      return nullableCost(f, table, to)
    case 'identity':
      return to.identity === undefined ? FREE : COPY
    case 'generated':
      if (to.generated?.stored || from.generated?.stored) return COPY
      return f.mariadb && !isIndexed(table, from.name) ? FREE : COPY
    case 'charset':
      return charsetCost(f, table, from, to)
    case 'collation':
      return from.charset === to.charset ? collationCost(f, table, from) : FREE
    default:
      return FREE
  }
}

function nullableCost(f: Features, table: Table, to: Column): Cost {
  if (!isInnodb(table)) return COPY
  if (to.nullable) return f.mariadb && /^redundant$/i.test(table.options.row_format ?? '') ? FREE : REBUILD
  const computedDefault = to.default !== undefined && to.default.kind !== 'value'
  return computedDefault ? COPY : REBUILD
}

function isIndexed(table: Table, column: string): boolean {
  const parts = [
    ...table.indexes.flatMap((i) => i.parts),
    ...table.uniques.flatMap((u) => u.columns.map((c) => ({ column: c }))),
  ]
  return parts.some((k) => k.column === column) || table.primaryKey?.columns.includes(column) === true
}

function collationCost(f: Features, table: Table, from: Column): Cost {
  if (!f.mariadb || !isInnodb(table)) return COPY
  if (table.primaryKey?.columns.includes(from.name)) return COPY
  return isIndexed(table, from.name) ? { level: 1, builds: true } : FREE
}

/** utf8mb3 is a part of utf8mb4, byte by byte. */
function charsetCost(f: Features, table: Table, from: Column, to: Column): Cost {
  const within = /^utf8(mb3)?$/.test(from.charset ?? '') && to.charset === 'utf8mb4'
  if (!f.mariadb || !isInnodb(table) || !within) return COPY
  const { logical } = to.type
  if (logical.kind !== 'text' || logical.fixed) return COPY
  return logical.max === undefined || widens(bytesOf(from), bytesOf(to)) ? collationCost(f, table, from) : COPY
}

function bytesOf(column: Column): number {
  const { logical } = column.type
  return (logical.kind === 'text' || logical.kind === 'bytes' ? (logical.max ?? 0) : 0) * characterBytes(column)
}

/** The length is stored in one byte up to 255 bytes; what might be longer than 127 bytes already has spent it. */
function widens(from: number, to: number): boolean {
  return to >= from && (to <= 255 || from > 255 || from <= 127)
}

function typeCost(f: Features, table: Table, from: Column, to: Column): Cost {
  if (sameStorage(from.type.logical, to.type.logical) && storage(from) === storage(to)) return FREE
  if (!isInnodb(table) && !appended(from.type.logical, to.type.logical)) return COPY
  if (appended(from.type.logical, to.type.logical)) return FREE
  const growing = varying(from) && varying(to) && from.type.logical.kind === to.type.logical.kind
  if (!growing || !fits(f, bytesOf(from), bytesOf(to))) return COPY
  return f.mariadb ? FREE : { level: 1 }
}

/** MySQL grows a VARCHAR in place only within the width of its length. */
function fits(f: Features, from: number, to: number): boolean {
  return f.mariadb ? widens(from, to) : to >= from && (to <= 255 || from > 255)
}

/** YEAR is kept in a byte of its own; what is compressed, otherwise than what is not. */
const storage = (c: Column): string => /^year|compressed/i.exec(c.type.native)?.[0].toLowerCase() ?? ''

const varying = (c: Column): boolean => /^var(char|binary)\b/i.test(c.type.native) && !/compressed/i.test(c.type.native)

/** Integers differ in what they are shown as only. */
function sameStorage(a: LogicalType, b: LogicalType): boolean {
  return a.kind === 'int' && b.kind === 'int' && a.bits === b.bits && (a.unsigned ?? false) === (b.unsigned ?? false)
}

/** Labels are appended, and a value takes as many bytes as before. */
function appended(a: LogicalType, b: LogicalType): boolean {
  if ((a.kind !== 'enum' && a.kind !== 'set') || a.kind !== b.kind) return false
  const bytes = (n: number) =>
    a.kind === 'enum' ? (n > 255 ? 2 : 1) : Math.min(8, Math.ceil(n / 8) === 3 ? 3 : Math.ceil(n / 8))
  const wide = (n: number) => (a.kind === 'set' && bytes(n) > 4 ? 8 : bytes(n))
  return a.values.every((v, i) => b.values[i] === v) && wide(a.values.length) === wide(b.values.length)
}
