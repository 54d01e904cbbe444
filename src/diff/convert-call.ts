/** Functions that mean the same in all three grammars, under the names that each gives them. */
import { type Grammar, Untranslatable } from './convert-lex.ts'
import {
  agreed,
  asCondition,
  commonKind,
  comparable,
  type ExpressionContext,
  isNumber,
  type Value,
} from './convert-value.ts'

/** Source's name → the name used below. What is missing here is not carried. */
const NAMES: Readonly<Record<Grammar, Readonly<Record<string, string>>>> = {
  mysql: {
    lcase: 'lower',
    ucase: 'upper',
    char_length: 'chars',
    character_length: 'chars',
    length: 'octets',
    octet_length: 'octets',
    ifnull: 'coalesce',
    ceiling: 'ceil',
    substring: 'substr',
    mid: 'substr',
    dayofmonth: 'day',
    concat: 'concat_strict',
  },
  postgres: {
    length: 'chars',
    char_length: 'chars',
    character_length: 'chars',
    octet_length: 'octets',
    btrim: 'trim',
    ceiling: 'ceil',
    substring: 'substr',
    strpos: 'instr',
    concat: 'concat_loose',
  },
  sqlite: { length: 'chars', octet_length: 'octets', ifnull: 'coalesce', iif: 'if', substring: 'substr' },
}

type Writer = (c: ExpressionContext, args: readonly Value[]) => Value

const text = (sql: string): Value => ({ sql, kind: 'text' })
const int = (sql: string): Value => ({ sql, kind: 'int' })
const list = (args: readonly Value[]): string => args.map((a) => a.sql).join(', ')

function need(args: readonly Value[], from: number, to = from): void {
  if (args.length < from || args.length > to)
    throw new Untranslatable('it calls a function with other arguments than expected')
}

function texts(args: readonly Value[], count: number): void {
  const fit = args.slice(0, count).every((a) => a.kind === 'text' || a.kind === 'literal' || a.kind === 'null')
  if (!fit) throw new Untranslatable('it takes something else for a text')
}

function numbers(args: readonly Value[], from: number): void {
  if (!args.slice(from).every((a) => isNumber(a.kind))) throw new Untranslatable('it takes something else for a number')
}

/** One text in, one out. The result keeps how the source compares it. */
const onText =
  (name: string): Writer =>
  (_, args) => {
    need(args, 1)
    texts(args, 1)
    return { ...text(`${name}(${args[0].sql})`), folds: args[0].folds }
  }

const chars: Writer = (c, args) => {
  need(args, 1)
  texts(args, 1)
  return int(`${c.to === 'sqlite' ? 'length' : 'char_length'}(${args[0].sql})`)
}

const octets: Writer = (c, args) => {
  need(args, 1)
  if (args[0].kind !== 'bytes') texts(args, 1)
  return int(c.to === 'sqlite' ? `length(CAST(${args[0].sql} AS BLOB))` : `octet_length(${args[0].sql})`)
}

const coalesce: Writer = (c, args) => {
  need(args, 1, 99)
  const same = agreed(c, args)
  return { sql: `coalesce(${list(same)})`, kind: commonKind(same), folds: args.some((a) => a.folds) }
}

const nullif: Writer = (c, args) => {
  need(args, 2)
  const compared = comparable(c, args)
  if (args[0].folds) throw new Untranslatable('its NULLIF ignores case')
  return { sql: `nullif(${list(compared)})`, kind: commonKind(args) }
}

const abs: Writer = (_, args) => {
  need(args, 1)
  numbers(args, 0)
  return { sql: `abs(${args[0].sql})`, kind: args[0].kind }
}

/** Decimals round half away from zero in all three; floats do not. */
const round: Writer = (c, args) => {
  need(args, 1, 2)
  numbers(args, 0)
  if (args[0].kind === 'float' || c.to === 'sqlite' || c.from === 'sqlite')
    throw new Untranslatable('engines round floats differently')
  return { sql: `round(${list(args)})`, kind: 'decimal' }
}

const whole =
  (name: string): Writer =>
  (c, args) => {
    need(args, 1)
    numbers(args, 0)
    if (c.to === 'sqlite') throw new Untranslatable(`SQLite may lack ${name}()`)
    return { sql: `${name}(${args[0].sql})`, kind: args[0].kind }
  }

const mod: Writer = (_, args) => {
  need(args, 2)
  if (!args.every((a) => a.kind === 'int')) throw new Untranslatable('it takes the remainder of a fraction')
  return int(`(${args[0].sql} % ${args[1].sql})`)
}

/** Positions from 1 on are the same everywhere; 0 and negative ones are not. */
const substr: Writer = (_, args) => {
  need(args, 2, 3)
  texts(args, 1)
  const plain = args.slice(1).every((a) => a.constant !== undefined && /^[1-9]\d*$/.test(a.constant))
  if (!plain) throw new Untranslatable('it cuts a text at a place that is no positive constant')
  return { ...text(`substr(${list(args)})`), folds: args[0].folds }
}

const leftOf: Writer = (c, args) => {
  need(args, 2)
  texts(args, 1)
  if (!/^[1-9]\d*$/.test(args[1].constant ?? ''))
    throw new Untranslatable('it cuts a text at a place that is no positive constant')
  const sql = c.to === 'sqlite' ? `substr(${args[0].sql}, 1, ${args[1].sql})` : `left(${list(args)})`
  return { ...text(sql), folds: args[0].folds }
}

const replace: Writer = (_, args) => {
  need(args, 3)
  texts(args, 3)
  return { ...text(`replace(${list(args)})`), folds: args[0].folds }
}

const instr: Writer = (c, args) => {
  need(args, 2)
  texts(args, 2)
  if (args[0].folds && /\p{L}/u.test(args[1].constant ?? 'a')) throw new Untranslatable('it searches without case')
  return int(`${c.to === 'postgres' ? 'strpos' : 'instr'}(${list(args)})`)
}

/** NULL as soon as one part is NULL: MySQL's concat, everyone else's ||. */
const concatStrict: Writer = (c, args) => {
  need(args, 1, 99)
  const folds = args.some((a) => a.folds)
  if (c.to === 'mysql') return { ...text(`concat(${list(args)})`), folds }
  const parts = args.map((a) => {
    if (a.kind === 'text' || a.kind === 'literal') return a.sql
    if (a.kind === 'bool') return c.to === 'postgres' ? `(${a.sql})::int::text` : `CAST(${a.sql} AS TEXT)`
    if (a.kind !== 'int' && a.kind !== 'decimal')
      throw new Untranslatable('it makes a text of a value that engines print differently')
    return c.to === 'postgres' ? `(${a.sql})::text` : `CAST(${a.sql} AS TEXT)`
  })
  return { ...text(parts.length === 1 ? parts[0] : `(${parts.join(' || ')})`), folds }
}

const part =
  (field: string, format: string): Writer =>
  (c, args) => {
    need(args, 1)
    if (args[0].kind !== 'date' && args[0].kind !== 'timestamp')
      throw new Untranslatable(`it takes the ${field} of something that is no date`)
    if (c.to === 'postgres') return int(`EXTRACT(${field} FROM ${args[0].sql})::int`)
    return int(c.to === 'mysql' ? `${field}(${args[0].sql})` : `CAST(strftime('${format}', ${args[0].sql}) AS INTEGER)`)
  }

const choice: Writer = (c, args) => {
  need(args, 3)
  const [yes, no] = agreed(c, args.slice(1))
  const kind = commonKind([yes, no])
  return { sql: `(CASE WHEN ${asCondition(c, args[0]).sql} THEN ${yes.sql} ELSE ${no.sql} END)`, kind }
}

const jsonValid: Writer = (c, args) => {
  need(args, 1)
  if (c.to === 'postgres' && args[0].kind === 'other') return { sql: 'true', kind: 'bool' }
  if (c.to === 'postgres') throw new Untranslatable('PostgreSQL has no json_valid()')
  return { sql: `json_valid(${args[0].sql})`, kind: 'bool' }
}

const WRITERS: Readonly<Record<string, Writer>> = {
  lower: onText('lower'),
  upper: onText('upper'),
  trim: onText('trim'),
  ltrim: onText('ltrim'),
  rtrim: onText('rtrim'),
  chars,
  octets,
  coalesce,
  nullif,
  abs,
  round,
  floor: whole('floor'),
  ceil: whole('ceil'),
  mod,
  substr,
  left: leftOf,
  replace,
  instr,
  concat_strict: concatStrict,
  year: part('year', '%Y'),
  month: part('month', '%m'),
  day: part('day', '%d'),
  if: choice,
  json_valid: jsonValid,
}

/** A call in the target's words. Throws Untranslatable for functions that are not known to mean the same. */
export function renderCall(c: ExpressionContext, name: string, args: readonly Value[]): Value {
  const known = name === 'concat_strict' ? name : (NAMES[c.from][name] ?? name)
  const writer = WRITERS[known]
  if (writer === undefined) throw new Untranslatable(`it calls ${name}()`)
  return writer(c, args)
}
