/** Relations that the user declares, found in the schema of their database. A name that is not there is a mistake, not a wish. */
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { CopyOptions } from '../../core/options.ts'
import { tableLabel } from '../../core/plan.ts'
import { parseRelation, RELATION_FORM, type Relation, type WrittenEnd } from '../../core/relation.ts'
import type { Schema, Table } from '../../core/schema.ts'
import { suggest } from '../../core/suggest.ts'
import { meant, namesOf } from '../casts.ts'

/** A source, and what it is called in messages. */
export interface RelationSource {
  readonly name: string
  readonly address: Pick<Address, 'relations'>
  readonly schema: Schema
}

/**
 * The relations of the sources (in the order of TablePlan.origin), as the configuration and the command line declare them. None without a sample.
 * Throws USAGE for a text that is no relation, TABLE_MISSING and COLUMN_MISSING for a name that the source does not have.
 */
export function declaredRelations(o: CopyOptions, sources: readonly RelationSource[]): Relation[] {
  const { sample, relations = [] } = o
  if (sample === undefined) return []
  if (relations.length > 0 && sources.length > 1) {
    throw new NaruError('USAGE', '--relation does not say of which source it is', {
      why: `there are ${sources.map((s) => s.name).join(', ')}`,
      hint: 'Put it with its database in naru.config.ts: databases: { NAME: { url, relations: [ … ] } }.',
      state: 'nothing was changed',
    })
  }
  return sources.flatMap((source, origin) => {
    const texts = new Set([...(source.address.relations ?? []), ...relations])
    return [...texts].map((text) => found(text, source, origin))
  })
}

function found(text: string, source: RelationSource, origin: number): Relation {
  const written = parseRelation(text)
  if (written === null) {
    throw new NaruError('USAGE', `"${text}" is no relation`, {
      hint: `Write ${RELATION_FORM}.`,
      state: 'nothing was changed',
    })
  }
  const [from, to] = [findEnd(written.from, text, source), findEnd(written.to, text, source)]
  const ends = { from: from.table.name, columns: from.columns, to: to.table.name, references: to.columns }
  return { text: written.text, origin, ...ends }
}

function findEnd(
  end: WrittenEnd,
  text: string,
  source: RelationSource,
): { readonly table: Table; readonly columns: readonly string[] } {
  const { schema } = source
  const names = schema.tables.flatMap((t) => namesOf(schema, t))
  const [name] = meant(end.table, names)
  const table = schema.tables.find((t) => namesOf(schema, t).includes(name))
  if (table === undefined) {
    throw new NaruError(
      'TABLE_MISSING',
      `relation ${text}: ${source.name} has no table ${end.table}`,
      nearest(end.table, names),
    )
  }
  const columns = end.columns.map((word) => {
    const known = table.columns.map((c) => c.name)
    const [column] = meant(word, known)
    if (column !== undefined) return column
    const label = tableLabel(table.name, schema.name)
    throw new NaruError(
      'COLUMN_MISSING',
      `relation ${text}: ${label} of ${source.name} has no column ${word}`,
      nearest(word, known),
    )
  })
  return { table, columns }
}

function nearest(word: string, known: readonly string[]) {
  const near = suggest(word, known)
  return {
    why:
      known.length === 0 ? 'it has none' : `there are ${known.slice(0, 8).join(', ')}${known.length > 8 ? ' …' : ''}`,
    hint: near === undefined ? 'Names are those of the source.' : `Did you mean ${near}?`,
    state: 'nothing was changed',
  }
}
