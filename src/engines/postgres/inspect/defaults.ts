/** Defaults as the server prints them (pg_get_expr) → values, moments, uuids, or expressions of PostgreSQL's own. */
import type { DefaultValue, LogicalType } from '../../../core/schema.ts'

const TYPE_NAME = /^[\w".]+(?: [\w ]+)?(?:\([\d, ]+\))?(?: with(?:out)? time zone)?(?:\[\])?$/

/** `'text'::type` → text; null where it is something else. */
function quotedLiteral(sql: string): string | null {
  const match = /^'((?:[^']|'')*)'(?:::(.+))?$/s.exec(sql)
  if (match === null || (match[2] !== undefined && !TYPE_NAME.test(match[2]))) return null
  return match[1].replaceAll("''", "'")
}

/** `42`, `(-1)`, `(0)::numeric` → the number's text. */
function numberLiteral(sql: string): string | null {
  const match = /^\(?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\)?(?:::(.+))?$/i.exec(sql)
  if (match === null || (match[2] !== undefined && !TYPE_NAME.test(match[2]))) return null
  return match[1]
}

function moment(sql: string, logical: LogicalType): DefaultValue | null {
  if (logical.kind !== 'date' && logical.kind !== 'time' && logical.kind !== 'timestamp') return null
  const bare = sql.replace(/^\((.*)\)::(?:date|time|timestamp)[\w() ]*$/, '$1')
  const now =
    /^(now\(\)|transaction_timestamp\(\)|current_timestamp(\(\d\))?|localtimestamp(\(\d\))?|'now'::text)$/i.test(
      bare,
    ) ||
    (logical.kind === 'date' && /^current_date$/i.test(bare)) ||
    (logical.kind === 'time' && /^(current_time|localtime)(\(\d\))?$/i.test(bare))
  return now ? { kind: 'now', of: logical.kind } : null
}

/** The canonical text of a literal of a type; null where only PostgreSQL can tell. */
function canonical(text: string, logical: LogicalType): string | null {
  switch (logical.kind) {
    case 'bool':
      return /^(t|true)$/i.test(text) ? '1' : /^(f|false)$/i.test(text) ? '0' : null
    case 'bytes':
      return text.startsWith('\\x') ? text.slice(2) : null
    case 'array':
      return text === '{}' ? '[]' : null
    default:
      return text
  }
}

/** A column's default from the server's text; undefined where it is NULL. */
export function parseDefault(sql: string, logical: LogicalType): DefaultValue | undefined {
  if (/^NULL(::.+)?$/.test(sql)) return undefined
  const now = moment(sql, logical)
  if (now !== null) return now
  if (logical.kind === 'uuid' && /^([\w".]+\.)?(gen_random_uuid|uuid_generate_v4|uuidv4)\(\)$/.test(sql))
    return { kind: 'uuid' }
  if (/^(true|false)$/.test(sql)) return { kind: 'value', text: sql === 'true' ? '1' : '0' }
  const literal = numberLiteral(sql) ?? quotedLiteral(sql)
  const text = literal === null ? null : canonical(literal, logical)
  return text === null ? { kind: 'expression', sql } : { kind: 'value', text }
}

/** The sequence's name in `nextval('name'::regclass)`, as printed; null for any other default. */
export function sequenceOfDefault(sql: string): string | null {
  const match = /^nextval\(\(?'((?:[^']|'')*)'::(?:regclass|text)\)?(?:::regclass)?\)$/.exec(sql)
  return match === null ? null : match[1].replaceAll("''", "'")
}
