/** Digests of rows computed by PostgreSQL. The form of texts and hashes is core/row-text.ts'; the session's pins decide how values print. */
import type { RangeDigest, SourceOptions, TextMap, WireColumn } from '../../core/engine.ts'
import type { KeyRange } from '../../core/key.ts'
import { HASH_DIGITS, isFreeText } from '../../core/row-text.ts'
import type { Table } from '../../core/schema.ts'
import { quote } from './names.ts'
import { fromSql, readingOf, whereSql } from './select.ts'
import type { Session } from './session.ts'
import { literal } from './values.ts'
import { readExpression } from './wire-form.ts'

/** Since then floats print with the digits that tell them apart, and there is sha256(). */
const FIRST_VERSION = 12
/** Arguments of one concat_ws: the server allows 100. */
const MOST_ARGUMENTS = 90

/** SQL of a column's digest text, or null where it is not computed here. */
export function canonicalText(c: WireColumn): string | null {
  if (c.digested !== undefined) return c.digested
  const { type } = c.column
  if (type.logical.kind === 'geometry') return null
  const sql = readExpression(type, c.wire, c.expression ?? quote(c.name), c.expression !== undefined)
  switch (c.wire.kind) {
    case 'bool':
      return `(${sql})::int4::text`
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
    case 'uuid':
    case 'bit':
    case 'cidr':
      return `(${sql})::text`
    case 'text':
      return c.wire.fixed ? `rtrim((${sql})::text, ' ')` : `(${sql})::text`
    case 'float4':
    case 'float8':
      return floatText(`(${sql})::float8`)
    case 'inet':
      return `abbrev(${sql})`
    case 'bytea':
      return `encode(${sql}, 'hex')`
    default:
      return null
  }
}

/** SQL of the text that a column's digest text is mapped to; texts are compared as bytes: no collation takes one for another. */
export function mappedText(c: WireColumn, to: TextMap): string | null {
  const text = canonicalText(c)
  if (text === null) return null
  const result = (value: string | null) => `${literal(value)}::text`
  const whens = to.entries.map(([from, value]) => ` WHEN ${literal(Buffer.from(from))} THEN ${result(value)}`)
  const found =
    whens.length === 0
      ? result(to.otherwise)
      : `CASE convert_to(${text}, 'UTF8')${whens.join('')} ELSE ${result(to.otherwise)} END`
  return `CASE WHEN ${text} IS NULL THEN ${result(to.ofNull)} ELSE ${found} END`
}

/**
 * Small numbers print with an exponent from 1e-5 down, elsewhere only from 1e-16: numeric spells them out. Some
 * doubles beyond 1e15 that lie halfway get a digit more here than elsewhere; their rows are read, then.
 */
function floatText(sql: string): string {
  return `CASE WHEN abs(${sql}) < 1e-4 AND abs(${sql}) >= 1e-15 THEN ${sql}::text::numeric::text ELSE ${sql}::text END`
}

function fieldText(c: WireColumn): string {
  const text = canonicalText(c)
  const whole = isFreeText(c.wire) ? `octet_length(convert_to(${text}, 'UTF8')) || ':' || ${text}` : text
  return `coalesce(${whole}, E'\\x1e')`
}

function joined(texts: readonly string[]): string {
  if (texts.length <= MOST_ARGUMENTS) return `concat_ws(E'\\x1f', ${texts.join(', ')})`
  const groups = Array.from({ length: Math.ceil(texts.length / MOST_ARGUMENTS) }, (_, i) =>
    joined(texts.slice(i * MOST_ARGUMENTS, (i + 1) * MOST_ARGUMENTS)),
  )
  return joined(groups)
}

/** SQL of a row's hash. */
function rowHashSql(columns: readonly WireColumn[]): string {
  const text = joined(columns.map(fieldText))
  return `('x' || left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), ${HASH_DIGITS}))::bit(${HASH_DIGITS * 4})::bigint`
}

/** The digest of a table's ranges over one session; undefined for servers that cannot compute it. */
export function digester(
  session: Session,
  version: string,
  table: Table,
  columns: readonly WireColumn[],
  o: SourceOptions,
): ((range: KeyRange, fields: readonly number[]) => Promise<RangeDigest>) | undefined {
  if (Number.parseInt(version, 10) < FIRST_VERSION) return undefined
  return async (range, fields) => {
    const reading = readingOf(table, columns, o)
    const row = rowHashSql(fields.map((i) => columns[i]))
    const select = `SELECT count(*) AS n, coalesce(sum(${row}), 0)::text AS s FROM ${fromSql(table)}${whereSql(reading, range)}`
    const [found] = await guarded(session, select)
    return { rows: Number(found.n), sum: BigInt(String(found.s)), complete: true }
  }
}

/** One round trip; an error leaves the snapshot's transaction usable. */
async function guarded(session: Session, select: string) {
  if (session.transaction !== 'open') return session.query(select)
  try {
    return await session.query(`SAVEPOINT naru_digest; ${select}; RELEASE SAVEPOINT naru_digest`)
  } catch (error) {
    await session.execute('ROLLBACK TO SAVEPOINT naru_digest').catch(() => {}) // the first error tells more
    throw error
  }
}
