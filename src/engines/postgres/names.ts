/** Identifiers of PostgreSQL: quoting, and reading them out of the server's own texts. */
import type { ObjectName } from '../../core/schema.ts'

/** Every keyword but the unreserved ones (pg_get_keywords, PostgreSQL 18): quote_ident quotes these. */
const KEYWORDS = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
  character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else
  end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in
  initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists
  json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like limit
  localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or
  order out outer overlaps overlay placing position precision primary real references returning right row select session_user
  setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true
  union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
  xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
)

/** A quoted identifier, always with quotes. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** An identifier as the server prints it (quote_ident): with quotes only where they are needed. */
export function plainIdent(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : quote(name)
}

/** A quoted name, with its schema where it has one. */
export function qualified(name: ObjectName): string {
  return name.schema === undefined ? quote(name.name) : `${quote(name.schema)}.${quote(name.name)}`
}

/** `"It".t` → ['It', 't']: the parts of a possibly qualified name as the server prints it. Null where it is none. */
export function identParts(text: string): string[] | null {
  const parts: string[] = []
  const part = /\s*(?:"((?:[^"]|"")*)"|([^\s".]+))\s*(\.|$)/y
  for (;;) {
    const match = part.exec(text)
    if (match === null) return null
    parts.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'))
    if (match[3] === '') return parts
    if (part.lastIndex === text.length) return null
  }
}

/** As many characters as fit into so many bytes. */
function clipped(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let fitting = ''
  for (const character of text) {
    if (Buffer.byteLength(fitting + character) > bytes) break
    fitting += character
  }
  return fitting
}

/** PostgreSQL cuts identifiers at 63 bytes; a name made of others is cut here, between characters, so that it is known. */
export function fittingName(name: string): string {
  return clipped(name, 63)
}

/** The name that PostgreSQL 18 gives to a NOT NULL constraint by itself (makeObjectName): the longer part gives way first. */
export function usualNotNull(table: string, column: string): string {
  let [left, right] = [Buffer.byteLength(table), Buffer.byteLength(column)]
  while (left + right > 63 - '__not_null'.length) {
    if (left > right) left--
    else right--
  }
  return `${clipped(table, left)}_${clipped(column, right)}_not_null`
}
