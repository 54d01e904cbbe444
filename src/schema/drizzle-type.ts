/** A column's type → the builder of drizzle-orm that says the same; where there is none, a custom type with the engine's own spelling. */
import type { Column } from '../core/schema.ts'
import { object } from './codegen-text.ts'

/** What a value of the column is in TypeScript, which decides how its default is written. */
export type ValueForm = 'number' | 'bigint' | 'boolean' | 'string' | 'other'

export interface DrizzleType {
  /** Function of drizzle-orm's core of the dialect; null: a custom type named after `native`. */
  readonly builder: string | null
  /** Arguments behind the name, as TypeScript; empty: none. */
  readonly args: string
  readonly form: ValueForm
  /** Exact spelling, for a custom type. */
  readonly native: string
  /** Dimensions of an array; `element`: what its values are. */
  readonly dimensions?: number
  readonly element?: ValueForm
  /** The enum type of PostgreSQL that `builder` stands for. */
  readonly enumName?: { readonly schema?: string; readonly name: string }
  /** Values of an enum that has no name (MySQL). */
  readonly values?: readonly string[]
}

type Entries = readonly (readonly [string, string | undefined])[]

/** A built-in builder. */
export function built(builder: string, form: ValueForm, entries: Entries = []): Omit<DrizzleType, 'native'> {
  return { builder, form, args: object(entries) }
}

/** A type that Drizzle has no builder for. */
export function custom(native: string): DrizzleType {
  return { builder: null, args: '', form: customData(native) === 'string' ? 'string' : 'other', native }
}

/** TypeScript type of a custom type's values. */
export function customData(native: string): string {
  return /^(bytea|blob|tinyblob|mediumblob|longblob|geometry|point|linestring|polygon|multi\w+)\b/i.test(native)
    ? 'Uint8Array'
    : 'string'
}

/** Numbers in the parentheses of a type: `numeric(10,2)` → 10, 2. */
export function sizes(native: string): readonly (string | undefined)[] {
  return (
    /\(([\d, -]+)\)/
      .exec(native)?.[1]
      .split(',')
      .map((n) => n.trim()) ?? []
  )
}

/** The type of a column, by engine. */
export type TypeOf = (column: Column) => DrizzleType
