/** A schema as Mermaid's erDiagram. */
import type { Schema } from '../core/schema.ts'
import type { GeneratedFile } from './codegen-drizzle.ts'
import { type ErDiagram, type ErEdge, type ErTable, erAround, erDiagram } from './er-diagram.ts'
import { tableFiles } from './file-names.ts'

/** Texts in quotes: Mermaid has no escape for a quote, takes # for the begin of an entity, no % and no backslash in the name of a table, and < for markup. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll('#', '#35;')
    .replaceAll('"', '#quot;')
    .replace(/[%\\<>]/g, (ch) => `#${ch.charCodeAt(0)};`)
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')}"`

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^character varying/, 'varchar'],
  [/^character/, 'char'],
  [/^timestamp(\(\d\))? without time zone/, 'timestamp$1'],
  [/^timestamp(\(\d\))? with time zone/, 'timestamptz$1'],
  [/^time(\(\d\))? without time zone/, 'time$1'],
  [/^time(\(\d\))? with time zone/, 'timetz$1'],
  [/^(enum|set)\(.*$/is, '$1'],
]

/**
 * A word as Mermaid's grammar wants types and names of attributes: a letter (of any script, from À on), then letters, digits, - _ ( ) [ ];
 * not one that begins with a key's mark.
 */
function word(text: string, fallback: string): string {
  const plain = text.replace(/[^A-Za-z0-9_()[\]\u00c0-\uffff-]+|[^\p{L}\p{M}\p{N}_()[\]-]+/gu, '_').replace(/_+$/, '')
  if (!/\p{L}/u.test(plain)) return fallback
  return /^(?!(pk|fk|uk)\b)[A-Za-z_\u00c0-\uffff]/i.test(plain) ? plain : `_${plain}`
}

function typeWord(native: string): string {
  const short = SHORT.reduce((text, [from, to]) => text.replace(from, to), native)
  return word(short, 'any')
}

function attributes(table: ErTable): string[] {
  return table.columns.map((c, i) => {
    const name = word(c.name, `column_${i + 1}`)
    const keys = [...(c.primary ? ['PK'] : []), ...(c.foreign ? ['FK'] : [])].join(', ')
    const more = name === c.name ? '' : ` ${quoted(c.name)}`
    return `    ${typeWord(c.type)} ${name}${keys === '' ? '' : ` ${keys}`}${more}`
  })
}

/** Words of Mermaid's own grammar. */
const RESERVED =
  /^(erdiagram|title|direction|style|classdef|class|accdescr|acctitle|u|only|one|zero|many|optionally|to|tb|bt|lr|rl)$/i

const relation = (e: ErEdge): string => `${e.single ? '|o' : '}o'}--${e.optional ? 'o|' : '||'}`

/** A diagram in Mermaid's words. Names that Mermaid cannot hold get an alias with the name beside it. */
export function mermaidText({ tables, edges }: ErDiagram): string {
  const aliases = new Map<string, string>()
  const taken = new Set(tables.map((t) => t.title))
  tables.forEach((t, i) => {
    const plain = /^[A-Za-z_]\w*$/.test(t.title) && !RESERVED.test(t.title)
    let alias = `table_${i + 1}`
    while (taken.has(alias)) alias = `_${alias}`
    aliases.set(t.key, plain ? t.title : alias)
  })
  const alias = (key: string) => aliases.get(key) ?? key
  const boxes = tables.map((t) => {
    const name = alias(t.key) === t.title ? t.title : `${alias(t.key)}[${quoted(t.title)}]`
    return t.columns.length === 0 ? `  ${name}` : `  ${name} {\n${attributes(t).join('\n')}\n  }`
  })
  const lines = edges.map((e) => `  ${alias(e.from)} ${relation(e)} ${alias(e.to)} : ${quoted(e.columns.join(', '))}`)
  return `${['erDiagram', ...boxes, ...lines].join('\n')}\n`
}

/** What Mermaid draws unless it is told otherwise: characters, and lines between boxes. */
const LIMIT = { text: 50_000, edges: 500 }

/** Whether Mermaid takes the diagram as it is: beyond `maxTextSize` or `maxEdges` it draws nothing. */
const isDrawn = (diagram: ErDiagram, text: string): boolean =>
  text.length <= LIMIT.text && diagram.edges.length <= LIMIT.edges

/** The diagram where Mermaid draws it with its own settings, else with the columns of keys alone, else null. */
export function mermaidThatFits(diagram: ErDiagram): string | null {
  const text = mermaidText(diagram)
  if (isDrawn(diagram, text)) return text
  const tables = diagram.tables.map((t) => ({ ...t, columns: t.columns.filter((c) => c.primary || c.foreign) }))
  const keys = mermaidText({ ...diagram, tables })
  return isDrawn(diagram, keys) ? keys : null
}

/** What must be set where the text is to be drawn; null: nothing. */
export function mermaidNeeds(text: string): string | null {
  if (text.length <= LIMIT.text) return null
  return `the diagram has ${text.length} characters; Mermaid draws up to ${LIMIT.text} unless maxTextSize is set higher`
}

/** All tables with their columns and foreign keys. */
export const wholeDiagram = (schema: Schema): ErDiagram => erDiagram(schema, { keysOnly: false, whole: true })

/** The diagram of all tables with their columns and foreign keys. */
export function mermaid(schema: Schema): string {
  return mermaidText(wholeDiagram(schema))
}

/** The same as a folder: `index` with all of it, and a file a table, with those that a foreign key joins to it. */
export function mermaidFiles(schema: Schema): GeneratedFile[] {
  const whole = wholeDiagram(schema)
  const names = tableFiles(schema)
  const files = schema.tables.map((t, i) => ({ name: names[i], text: mermaidText(erAround(whole, t.name)) }))
  return [{ name: 'index', text: mermaidText(whole) }, ...files]
}
