/** Whether an expression gives another value for each row: the default of a new column must then be written into all of them. */
import type { Node } from 'libpg-query'
import { as, namesOf } from './node.ts'

const VOLATILE: ReadonlySet<string> = new Set(
  'random random_normal setseed clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes nextval currval lastval setval'.split(
    ' ',
  ),
)

const STEADY: ReadonlySet<string> = new Set(
  'now transaction_timestamp statement_timestamp current_setting current_database current_schema lower upper initcap concat concat_ws format md5 sha256 sha512 encode decode length btrim ltrim rtrim lpad rpad replace substr substring left right repeat reverse to_char to_date to_timestamp to_number timezone date_trunc date_part extract age make_date make_time make_timestamp make_timestamptz make_interval abs ceil floor round trunc sign mod power sqrt greatest least coalesce nullif array_fill array_append array_cat string_to_array json_build_object json_build_array jsonb_build_object jsonb_build_array to_json to_jsonb int4range int8range numrange tsrange tstzrange daterange point box inet_client_addr txid_current pg_current_xact_id'.split(
    ' ',
  ),
)

function callsIn(value: unknown): string[][] {
  if (Array.isArray(value)) return value.flatMap(callsIn)
  if (typeof value !== 'object' || value === null) return []
  const call = as(value as Node, 'FuncCall')
  const own = call === undefined ? [] : [namesOf(call.funcname)]
  return [...own, ...Object.values(value).flatMap(callsIn)]
}

/** steady: one value for all rows. volatile: one for each. unknown: it calls a function that only the database knows. */
export function volatility(expression: Node | undefined): 'steady' | 'volatile' | 'unknown' {
  const calls = callsIn(expression)
  const builtIn = calls.map((names) => (names.length === 1 || names[0] === 'pg_catalog' ? (names.at(-1) ?? '') : ''))
  if (calls.some((names) => VOLATILE.has(names.at(-1) ?? ''))) return 'volatile'
  return builtIn.every((name) => STEADY.has(name)) ? 'steady' : 'unknown'
}
