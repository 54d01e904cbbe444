/**
 * What stands beside a generated Drizzle module: `schema.ts` has `schema.naru.json`. It holds the whole schema as it was, so that nothing
 * is lost that Drizzle has no words for, and how the module was made from it, so that later edits of the module can be told.
 */
import { NaruError } from '../core/error.ts'
import type { Column, Schema } from '../core/schema.ts'
import type { ViewColumns } from './codegen-drizzle.ts'
import type { Naming } from './codegen-names.ts'
import { lasting, parseSnapshot, stableJson } from './snapshot.ts'

const FORMAT = 1

export interface Sidecar {
  readonly schema: Schema
  readonly naming: Naming
  readonly views: ViewColumns
}

/** `schema.ts` → `schema.naru.json` */
export function sidecarPath(module: string): string {
  return `${module.replace(/\.[mc]?[jt]s$/i, '')}.naru.json`
}

/** The sidecar as JSON in a stable order. */
export function sidecarText({ schema, naming, views }: Sidecar): string {
  const viewed = [...views].map(([view, columns]) => ({ name: view, columns }))
  const snapshot = { naru: 'snapshot', format: 1, ...lasting(schema) }
  return stableJson({ naru: 'sidecar', format: FORMAT, naming, views: viewed, schema: snapshot })
}

interface Stored {
  readonly naru?: unknown
  readonly format?: unknown
  readonly naming?: unknown
  readonly views?: readonly { readonly name: string; readonly columns: readonly Column[] }[]
  readonly schema?: unknown
}

/** JSON text → sidecar. `name` is for people. Throws STATE_INVALID. */
export function parseSidecar(text: string, name: string): Sidecar {
  const fail = (why: string): NaruError =>
    new NaruError('STATE_INVALID', `${name} is not a sidecar of naru`, {
      why,
      hint: 'Sidecars are written by `naru inspect DB --format drizzle --out schema.ts`; delete it to load the module alone.',
    })
  let stored: Stored
  try {
    stored = JSON.parse(text) as Stored
  } catch (error) {
    throw fail((error as Error).message)
  }
  if (stored?.naru !== 'sidecar') throw fail('it does not say "naru": "sidecar"')
  if (typeof stored.format !== 'number' || stored.format > FORMAT)
    throw fail(`it is of format ${String(stored.format)}`)
  return {
    schema: parseSnapshot(JSON.stringify(stored.schema), name),
    naming: stored.naming === 'database' ? 'database' : 'camel',
    views: new Map((stored.views ?? []).map((v) => [v.name, v.columns])),
  }
}
