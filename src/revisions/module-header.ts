/** The header of a revision in TypeScript, read without running it: properties that are written out before the first function. */
import { NaruError } from '../core/error.ts'
import type { RevisionModule } from '../core/revision.ts'
import { CONFLICT, conflict, type Header } from './header.ts'

const BEGIN = /^export\s+default\s+(?:defineRevision\s*\(\s*)?\{/m
const NOISE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
const KEY = /([A-Za-z]\w*|'[A-Za-z]\w*'|"[A-Za-z]\w*")\s*:/y
const TEXT = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`/y
const WORD = /(?:null|true|false)\b/y

type Literal = string | boolean | null | readonly string[]

interface Reader {
  readonly text: string
  at: number
}

function take(r: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = r.at
  const found = pattern.exec(r.text)
  if (found === null) return null
  r.at = pattern.lastIndex
  return found[0]
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' }

/** What a literal of JavaScript says. */
function unquote(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(
      /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\n)|([\s\S]))/g,
      (_, wide, four, two, end, char) => {
        const code = wide ?? four ?? two
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
        return end === undefined ? (ESCAPES[char] ?? char) : ''
      },
    )
}

function readList(r: Reader): string[] | undefined {
  const items: string[] = []
  r.at++
  for (;;) {
    take(r, NOISE)
    if (r.text[r.at] === ']') {
      r.at++
      return items
    }
    const item = take(r, TEXT)
    if (item === null) return undefined
    items.push(unquote(item))
    take(r, NOISE)
    if (r.text[r.at] === ',') r.at++
    else if (r.text[r.at] !== ']') return undefined
  }
}

/** A value that is written out; undefined: something else stands there. */
function readLiteral(r: Reader): Literal | undefined {
  if (r.text[r.at] === '[') return readList(r)
  const text = take(r, TEXT)
  if (text !== null) return unquote(text)
  const word = take(r, WORD)
  return word === null ? undefined : word === 'null' ? null : word === 'true'
}

function properties(text: string, from: number): Map<string, Literal> {
  const r: Reader = { text, at: from }
  const found = new Map<string, Literal>()
  for (;;) {
    take(r, NOISE)
    const key = take(r, KEY)?.slice(0, -1).trim().replace(/['"]/g, '')
    if (key === undefined) return found
    take(r, NOISE)
    const value = readLiteral(r)
    take(r, NOISE)
    if (value === undefined || !/[,}]/.test(text[r.at] ?? '')) return found
    found.set(key, value)
    if (text[r.at++] === '}') return found
  }
}

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** The header in what a module says of itself; null: it is none of ours. */
function headerOf(m: Readonly<Record<string, unknown>>): Header | null {
  const { revision, downRevision, message, date = null, branchLabels = [], dependsOn = [], replaces = [] } = m
  const down = downRevision === null ? [] : typeof downRevision === 'string' ? [downRevision] : downRevision
  if (typeof revision !== 'string' || typeof message !== 'string' || !isList(down)) return null
  if (!(date === null || typeof date === 'string') || !isList(branchLabels)) return null
  if (!isList(dependsOn) || !isList(replaces)) return null
  return { id: revision, down, dependsOn, labels: branchLabels, replaces, message, date }
}

/** The header as far as it is written out in the text (line ends as `\n`); null: the module must be imported to know. Throws REVISION_INVALID. */
export function parseModuleHeader(text: string, file: string): Header | null {
  const broken = text.split('\n').findIndex((line) => CONFLICT.test(line))
  if (broken >= 0) throw conflict(file, broken + 1)
  const begin = BEGIN.exec(text)
  return begin === null ? null : headerOf(Object.fromEntries(properties(text, begin.index + begin[0].length)))
}

/** What a module exports by default, checked. Throws REVISION_INVALID where that is no revision. */
export function checkModule(
  exported: Readonly<Record<string, unknown>>,
  file: string,
): { header: Header; module: RevisionModule } {
  const module = exported.default
  const described = typeof module === 'object' && module !== null ? (module as Record<string, unknown>) : null
  const header = described === null ? null : headerOf(described)
  const runs =
    described !== null && typeof described.up === 'function' && /^(function|undefined)$/.test(typeof described.down)
  if (header !== null && runs) return { header, module: described as unknown as RevisionModule }
  const why =
    described === null
      ? 'it has no default export'
      : runs
        ? 'revision, downRevision or message is missing, or not of its type'
        : '`up` is no function, or `down` is something else than one'
  throw new NaruError('REVISION_INVALID', `${file} is no revision`, {
    why,
    hint: 'Write `export default defineRevision({ revision, downRevision, message, up, down })`, or move what is no revision into a folder of its own.',
  })
}
