/**
 * Probes answered from stored bytes: true is "surely not in trouble", false says nothing. What is not plain is asked by SQL, whose word counts
 * (probe.ts): a value that is plain here must never be in trouble there.
 */
import type { Buffer } from 'node:buffer'
import type { Probe } from '../../../core/engine.ts'
import type { LogicalType } from '../../../core/schema.ts'
import { isPlainUtf8 } from '../../../core/utf8-copy.ts'
import { moment, readClock, readDay } from '../ascii-moment.ts'
import { maybeDouble } from '../screen.ts'
import { lengthOf } from './record.ts'
import { FLOAT, INT64, smallInt } from './value.ts'

/** Whether a value of that serial type, which begins at `at`, is plain. NULL is never asked about. */
export type Plain = (b: Buffer, type: number, at: number) => boolean

const isText = (type: number): boolean => type >= 13 && (type & 1) === 1
const isBlob = (type: number): boolean => type >= 12 && (type & 1) === 0
const isInt = (type: number): boolean => type < FLOAT || type === 8 || type === 9

/** Of answers to one column, those that others give as well. */
export function withoutImplied(ways: ReadonlySet<Plain>): Plain[] {
  const dated = ways.has(plainSecond) || ways.has(plainDay)
  return [...ways].filter((way) => way !== plainMoment || !dated)
}

/** What tells that a value is plain by a probe, null where SQL has to be asked. Equal answers are one function. */
export function plainBy(probe: Probe): Plain | null {
  switch (probe.kind) {
    case 'nul':
    case 'invalid-utf8':
    case 'double-utf8':
      return plainText
    case 'zero-date':
      return plainMoment
    case 'time-beyond-day':
      return plainTime
    case 'not-boolean':
      return plainFlag
    case 'outside':
      return within(Number(probe.min), Number(probe.max))
    case 'longer':
      return short(probe.max)
    case 'empty-enum':
      return (_, type) => type !== 13
    case 'not-finite':
      return (b, type, at) => (type === FLOAT ? Number.isFinite(b.readDoubleBE(at)) : !isText(type))
    case 'date-outside':
      return between(Number(probe.min.slice(0, 4)), Number(probe.max.slice(0, 4)))
    case 'not-of-type':
    case 'stored-otherwise':
      return plainOf(probe.type)
    case 'scale':
      return coarse(probe.scale)
    case 'not-json':
      return (_, type) => !isText(type)
    default:
      return null
  }
}

/** Values of the storage class and form that a type usually has. */
function plainOf({ kind }: LogicalType): Plain | null {
  switch (kind) {
    case 'bool':
      return plainFlag
    case 'int':
      return whole
    case 'decimal':
    case 'float':
      return number
    case 'text':
    case 'enum':
    case 'set':
      return text
    case 'bytes':
    case 'geometry':
      return blob
    case 'date':
      return plainDay
    case 'timestamp':
      return plainSecond
    case 'time':
      return plainTime
    case 'uuid':
      return plainUuid
    case 'json':
      return (_, type) => !isBlob(type)
    default:
      return null
  }
}

const whole: Plain = (_, type) => isInt(type)
const number: Plain = (_, type) => type < 12
const text: Plain = (_, type) => isText(type)
const blob: Plain = (_, type) => isBlob(type)

const plainText: Plain = (b, type, at) => {
  if (!isText(type)) return true
  const end = at + lengthOf(type)
  const found = isPlainUtf8(b, at, end)
  return found === 'plain' || (found === 'latin' && !maybeDouble(b.subarray(at, end)))
}

const plainFlag: Plain = (b, type, at) => type === 8 || type === 9 || (type === 1 && b[at] <= 1)

/** Serial types of texts of so many bytes. */
const [EIGHT, TEN, NINETEEN, THIRTYSIX] = [29, 33, 51, 85]
const BLANK = 0x20

const plainDay: Plain = (b, type, at) => type === TEN && readDay(b, at)
const plainSecond: Plain = (b, type, at) =>
  type === NINETEEN && readDay(b, at) && b[at + 10] === BLANK && readClock(b, at + 11)
const plainTime: Plain = (b, type, at) => type === EIGHT && readClock(b, at)
const plainMoment: Plain = (b, type, at) => !isText(type) || plainSecond(b, type, at) || plainDay(b, type, at)

function between(first: number, last: number): Plain {
  return (b, type, at) => !isText(type) || (plainMoment(b, type, at) && moment.year > first && moment.year < last)
}

function within(min: number, max: number): Plain {
  return (b, type, at) => {
    if (type >= 12) return isBlob(type)
    if (type === INT64) return false
    const v = type === FLOAT ? b.readDoubleBE(at) : smallInt(b, type, at)
    return v >= min && v <= max
  }
}

/** No number is spelled in more characters. */
const LONGEST_NUMBER = 32

function short(max: number): Plain {
  return (_, type) => (type < 12 ? max >= LONGEST_NUMBER : lengthOf(type) <= max)
}

const DOT = 0x2e

/** Reals of few digits after the point, as `writeScaled` tells them; texts without one. */
function coarse(scale: number): Plain {
  const power = 10 ** Math.min(scale, 15)
  return (b, type, at) => {
    if (type !== FLOAT) {
      if (!isText(type)) return true
      const end = at + lengthOf(type)
      for (let i = at; i < end; i++) if (b[i] === DOT) return false
      return true
    }
    const v = b.readDoubleBE(at)
    const k = Math.round(v * power)
    return scale <= 15 && Math.abs(k) < 1e15 && k / power === v
  }
}

const DASHES = [8, 13, 18, 23]

const plainUuid: Plain = (b, type, at) => {
  if (type !== THIRTYSIX) return false
  for (let i = 0; i < 36; i++) {
    const c = b[at + i]
    const dash = c === 0x2d
    const digit = (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66)
    if (DASHES.includes(i) ? !dash : !digit) return false
  }
  return true
}
