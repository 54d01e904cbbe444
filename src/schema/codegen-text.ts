/** Pieces of TypeScript text: literals, property names, templates. Whatever a name or value holds, the text is valid and means it. */
import { isIdentifier } from './codegen-names.ts'

/** Characters that would be invisible, or end a line, in a literal. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|\p{Cs}/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escapeUnseen = (text: string): string =>
  text.replace(UNSEEN, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A string literal. */
export function str(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return quote + escapeUnseen(text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`)) + quote
}

/** A property name in an object or type. */
export function key(name: string): string {
  if (name === '__proto__') return `['__proto__']`
  return isIdentifier(name) ? name : str(name)
}

/** Access to a property of `object`. */
export function member(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${str(name)}]`
}

/** SQL as Drizzle's tagged template. */
export function sqlTag(sql: string): string {
  const body = sql.replace(/\\/g, '\\\\').replace(/`/g, '\\`').replace(/\$\{/g, '\\${')
  return `sql\`${body.replace(UNSEEN, (c) => (c === '\n' ? c : (SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)))}\``
}

/** `{ a: 1, b: 2 }` of what is there; empty text where nothing is. */
export function object(entries: readonly (readonly [string, string | undefined])[]): string {
  const there = entries.filter(([, value]) => value !== undefined)
  return there.length === 0 ? '' : `{ ${there.map(([name, value]) => `${key(name)}: ${value}`).join(', ')} }`
}

/** Arguments in parentheses; those that are empty are left out. */
export function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.filter((a) => a !== '').join(', ')})`
}

/** A text as a doc comment with the given indentation; nothing where there is no text. */
export function docComment(text: string | undefined, indent = ''): string {
  if (text === undefined || text.trim() === '') return ''
  const lines = text
    .replaceAll('*/', '*\\/')
    .split(/\r?\n/)
    .map((line) => escapeUnseen(line).trimEnd())
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`
}

const WIDTH = 110

/** A list in brackets: on one line where it fits, else one item a line. */
export function list(open: string, items: readonly string[], close: string, indent: string): string {
  const flat = `${open}${items.join(', ')}${close}`
  if (items.length < 2 ? !flat.includes('\n') : flat.length + indent.length <= WIDTH && !flat.includes('\n'))
    return flat
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}${close}`
}
