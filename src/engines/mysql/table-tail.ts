/** What only SHOW CREATE TABLE tells, and the options that information_schema.tables prints. */
import { unescapeText } from './native.ts'

export interface TableTail {
  /** engine, charset, collation, then whatever else was printed, names in lower case. */
  readonly options: Readonly<Record<string, string>>
  readonly comment?: string
  readonly counter?: bigint
}

/** Options of a storage engine's own stand in backticks, and keep them. */
const PAIR =
  /^\s*(?:\/\*!\d+\s*)?(?:DEFAULT\s+)?(\w+|`\w+`)\s*=\s*('(?:[^'\\]|''|\\[\s\S])*'|"[^"]*"|\([^)]*\)|[^\s]+)(?:\s*\*\/)?/i
const NAMES: Readonly<Record<string, string>> = { charset: 'charset', collate: 'collation' }
const VERSIONED = /^\s*WITH SYSTEM VERSIONING\b/i

/** `NAME=value NAME='value'` as a record, and what is none of it. */
function readPairs(text: string): { readonly pairs: Record<string, string>; readonly rest: string } {
  const pairs: Record<string, string> = {}
  let rest = text.trim()
  for (let match = PAIR.exec(rest); match !== null; match = PAIR.exec(rest)) {
    const name = match[1].toLowerCase()
    pairs[NAMES[name] ?? name] = match[2].startsWith('"') ? `'${match[2].slice(1, -1)}'` : match[2]
    rest = rest.slice(match[0].length)
  }
  return { pairs, rest: rest.trim() }
}

/** `create_options` of information_schema.tables; `partitioned` is told by the partitions. */
export function readCreateOptions(text: string): Record<string, string> {
  return readPairs(text.replace(/(^|\s)partitioned(?=\s|$)/i, ' ')).pairs
}

/** Takes the text after the closing parenthesis of the columns apart. */
export function readTail(create: string): TableTail {
  const tail = create.slice(create.lastIndexOf('\n) ') + 2)
  const at = tail.search(/\n?\s*(\/\*!\d+\s*)?PARTITION BY/i)
  const partitioning =
    at < 0
      ? undefined
      : tail
          .slice(at)
          .replace(/^\s*\/\*!\d+\s*|\s*\*\/\s*$/g, '')
          .trim()
  const { pairs, rest } = readPairs(at < 0 ? tail : tail.slice(0, at))
  const { comment, auto_increment: counter, ...others } = pairs
  const more = rest.replace(VERSIONED, '').trim()
  return {
    options: {
      ...others,
      ...(VERSIONED.test(rest) && { system_versioning: 'yes' }),
      ...(more && { more }),
      ...(partitioning && { partitioning }),
    },
    ...(comment && { comment: unescapeText(comment.slice(1, -1)) }),
    ...(counter && { counter: BigInt(counter) }),
  }
}

/** Full-text indexes with a parser of their own. */
export function readParsers(create: string): ReadonlyMap<string, string> {
  const lines = create.matchAll(/FULLTEXT KEY `((?:[^`]|``)+)`[^\n]*WITH PARSER `?(\w+)`?/gi)
  return new Map([...lines].map((m) => [unquoted(m[1]), m[2]]))
}

const unquoted = (inside: string): string => inside.replaceAll('``', '`')

/** An application-time period of MariaDB's: its name and its clause. */
export interface Period {
  readonly name: string
  readonly sql: string
}

/** The period of the application's own, where there is one (a table has one at most). */
export function readPeriod(create: string): Period | undefined {
  const match = /^\s*(PERIOD FOR `((?:[^`]|``)+)` \([^\n]*\)),?$/m.exec(create)
  return match === null ? undefined : { name: unquoted(match[2]), sql: match[1] }
}

/** Keys whose last part is a period WITHOUT OVERLAPS, with the name of that period. */
export function readOverlaps(create: string): ReadonlyMap<string, string> {
  const lines = create.matchAll(
    /^\s*(?:PRIMARY KEY|UNIQUE KEY `((?:[^`]|``)+)`) \([^\n]*`((?:[^`]|``)+)` WITHOUT OVERLAPS\)/gm,
  )
  return new Map([...lines].map((m) => [m[1] === undefined ? 'PRIMARY' : unquoted(m[1]), unquoted(m[2])]))
}
