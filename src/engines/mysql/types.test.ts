import { describe, expect, it } from 'vitest'
import type { Capabilities } from '../../core/capabilities.ts'
import type { RenderOptions } from '../../core/engine.ts'
import type { LogicalType } from '../../core/schema.ts'
import { labelList, parseLabels, parseType } from './native.ts'
import { INT_WIDTHS, renderType } from './render.ts'
import { canRead, exactWire, wire } from './wires.ts'

const options = (indexed = false, extensions: string[] = []): RenderOptions => ({
  indexed,
  can: { extensions } as unknown as Capabilities,
  typeName: { name: 't_c' },
})

describe('a native type', () => {
  const cases: readonly (readonly [string, LogicalType])[] = [
    ['tinyint(1)', { kind: 'int', bits: 8 }],
    ['BIGINT(20) UNSIGNED', { kind: 'int', bits: 64, unsigned: true }],
    ['int(6) unsigned zerofill', { kind: 'int', bits: 32, unsigned: true }],
    ['decimal(12,2)', { kind: 'decimal', precision: 12, scale: 2 }],
    ['numeric', { kind: 'decimal', precision: 10, scale: 0 }],
    ['double precision', { kind: 'float', bits: 64 }],
    ['float(30)', { kind: 'float', bits: 64 }],
    ['float(7,3)', { kind: 'float', bits: 32 }],
    ['bit', { kind: 'bits', length: 1 }],
    ['year(4)', { kind: 'int', bits: 16 }],
    ['timestamp(3)', { kind: 'timestamp', fraction: 3, zone: true }],
    ['datetime', { kind: 'timestamp', fraction: 0, zone: false }],
    ['char', { kind: 'text', max: 1, fixed: true }],
    ['varbinary(20)', { kind: 'bytes', max: 20 }],
    ["enum('a','it''s','b\\\\c',')(')", { kind: 'enum', values: ['a', "it's", 'b\\c', ')('] }],
    ["set('x','y')", { kind: 'set', values: ['x', 'y'] }],
    ['vector(3)', { kind: 'opaque', native: 'vector(3)' }],
  ]
  it.for(cases)('%s has its meaning', ([native, logical]) => {
    expect(parseType(native)).toEqual({ logical, native })
  })

  it('of labels is printed as it is read', () => {
    const labels = ["it's", 'b\\c', 'line\nfeed', '', '한 😀', 'a,b']
    expect(parseLabels(labelList(labels))).toEqual(labels)
  })
})

describe('a meaning', () => {
  const cases: readonly (readonly [LogicalType, boolean, string, RegExp?])[] = [
    [{ kind: 'bool' }, false, 'tinyint(1)'],
    [{ kind: 'text' }, false, 'longtext'],
    [{ kind: 'text' }, true, 'varchar(768)', /768 characters/],
    [{ kind: 'text', max: 20 }, true, 'varchar(20)'],
    [{ kind: 'text', max: 5000 }, false, 'text', /limit of 5000/],
    [{ kind: 'text', max: 100_000 }, false, 'mediumtext', /limit/],
    [{ kind: 'bytes' }, true, 'varbinary(3072)', /3072 bytes/],
    [{ kind: 'decimal' }, false, 'decimal(65,30)', /35 digits/],
    [{ kind: 'decimal', precision: 100, scale: 10 }, false, 'decimal(65,10)', /55 digits/],
    [{ kind: 'decimal', precision: 2, scale: 5 }, false, 'decimal(5,5)'],
    [{ kind: 'decimal', precision: 3, scale: -2 }, false, 'decimal(5,0)'],
    [{ kind: 'uuid' }, true, 'char(36)'],
    [{ kind: 'inet' }, false, 'varchar(43)', /text/],
    [{ kind: 'array', of: { kind: 'text' } }, false, 'json', /JSON/],
    [{ kind: 'timestamp', fraction: 6, zone: true }, false, 'timestamp(6)', /2038/],
    [{ kind: 'timestamp', fraction: 0, zone: false }, false, 'datetime'],
    [{ kind: 'bits', length: 12 }, false, 'bit(12)'],
    [{ kind: 'bits', length: 100 }, false, 'varchar(100)', /0 and 1/],
    [{ kind: 'enum', values: ['new', "it's"] }, false, "enum('new','it''s')"],
    [{ kind: 'enum', values: ['a', 'A'] }, false, 'varchar(1)', /case/],
    [{ kind: 'enum', values: ['ends '] }, false, 'varchar(5)', /blank/],
    [{ kind: 'set', values: ['a,b'] }, false, 'varchar(4)', /comma/],
  ]
  it.for(cases)('%o is rendered (indexed: %s) as %s', ([logical, indexed, native, loss]) => {
    const rendered = renderType(logical, options(indexed))
    expect(rendered.type).toEqual(parseType(native))
    if (loss === undefined) expect(rendered.loss).toBeUndefined()
    else expect(rendered.loss).toMatch(loss)
  })

  it('of an integer has a width where the server prints one', () => {
    const int: LogicalType = { kind: 'int', bits: 32, unsigned: true }
    expect(renderType(int, options(false, [INT_WIDTHS])).type.native).toBe('int(10) unsigned')
    expect(renderType(int, options()).type.native).toBe('int unsigned')
  })
})

describe('the wire of', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['tinyint', { kind: 'int2' }],
    ['smallint unsigned', { kind: 'int4' }],
    ['mediumint unsigned', { kind: 'int4' }],
    ['int unsigned', { kind: 'int8' }],
    ['bigint unsigned', { kind: 'numeric', scale: 0 }],
    ['decimal(10,4)', { kind: 'numeric', scale: 4 }],
    ['char(3)', { kind: 'text', fixed: true }],
    ['bit(12)', { kind: 'bit', length: 12 }],
    ['datetime', { kind: 'timestamp' }],
    ['point', { kind: 'bytea' }],
  ]
  it.for(cases)('%s holds all its values', ([native, wanted]) => {
    expect(wire(parseType(native))).toEqual(wanted)
    expect(canRead(parseType(native), wire(parseType(native)))).toBe(true)
  })

  it('dates between two of the family carries zero dates too', () => {
    expect(exactWire(parseType('date'))).toEqual({ kind: 'date', beyond: true })
    expect(exactWire(parseType('int'))).toEqual({ kind: 'int4' })
  })

  it('something else is refused before a row is read', () => {
    expect(canRead(parseType('int'), { kind: 'uuid' })).toBe(false)
    expect(canRead(parseType('binary(16)'), { kind: 'uuid' })).toBe(true)
    expect(canRead(parseType('binary(15)'), { kind: 'uuid' })).toBe(false)
    expect(canRead(parseType("set('a')"), { kind: 'array', of: { kind: 'text' } })).toBe(true)
  })
})
