import { describe, expect, test } from 'vitest'
import type { Address, Database } from '../core/engine.ts'
import { amountOf, isLittle, laneCount, lanesFor, lanesShareThread } from './lane-count.ts'
import type { Session } from './session.ts'

const MB = 1024 * 1024

const database = (can: { inProcess?: boolean; writers?: number | null; freeConnections?: number | null }) =>
  ({ can: { inProcess: false, writers: null, freeConnections: null, ...can } }) as unknown as Database

function session(options: Session['options'], can: Parameters<typeof database>[0] = {}) {
  return { sources: [{ database: database({}) }] as unknown as Session['sources'], target: database(can), options }
}

describe('lanes', () => {
  test('few rows get one, many what cores and servers allow', () => {
    const all = laneCount(session({}))
    expect(all).toBeGreaterThanOrEqual(2)
    expect(lanesFor(session({}), { rows: 0, bytes: 0 })).toBe(1)
    expect(lanesFor(session({}), { rows: 20_000, bytes: MB })).toBe(1)
    expect(lanesFor(session({}), { rows: 40_000, bytes: MB })).toBe(2)
    expect(lanesFor(session({}), { rows: 10, bytes: 1000 * MB })).toBe(all)
    expect(lanesFor(session({}, { freeConnections: 3 }), { rows: 1e9, bytes: 1e12 })).toBe(1)
    expect(lanesFor(session({}, { writers: 1 }), { rows: 1e9, bytes: 1e12 })).toBe(1)
    expect(lanesFor(session({ jobs: 5 }, { inProcess: true }), { rows: 1e9, bytes: 1e12 })).toBe(1)
  })

  test('--jobs is taken at its word, however little there is', () => {
    expect(lanesFor(session({ jobs: 5 }), { rows: 0, bytes: 0 })).toBe(5)
    expect(isLittle({ jobs: 1 }, { rows: 0, bytes: 0 })).toBe(false)
  })

  test('so little that no thread is started', () => {
    const tables = [{ rows: 4000, bytes: 1000 }, { rows: 1000 }, {}]
    expect(amountOf(tables)).toEqual({ rows: 5000, bytes: 1000 })
    expect(isLittle({}, amountOf(tables))).toBe(true)
    expect(isLittle({}, { rows: 5001, bytes: 0 })).toBe(false)
    expect(isLittle({}, { rows: 1, bytes: 2 * MB })).toBe(false)
  })

  test('where servers are on this machine one lane needs no thread, and two share one if it has no more processors', () => {
    const end = (host: string) => ({ host }) as Address
    const share = (from: Address, to: Address, lanes: number, processors = 2) =>
      lanesShareThread({ sources: [{ address: from }], to }, lanes, processors)
    const here = end('127.0.0.1')
    expect(share(here, end('localhost'), 2)).toBe(true)
    expect(share(here, here, 3)).toBe(false)
    expect(share(here, here, 2, 4)).toBe(false)
    expect(share(here, here, 1)).toBe(true)
    expect(share(here, here, 1, 16)).toBe(true)
    expect(share(here, end('db.example'), 1)).toBe(false)
    expect(share(here, end('db.example'), 2)).toBe(false)
    expect(share(end('db.example'), here, 2)).toBe(false)
  })
})
