/** Reads what only SHOW CREATE TABLE tells: table options in the server's own words, partitions, full-text parsers. */
import { unescapeText } from './native.ts'

export interface TableTail {
  /** engine, charset, collation, then whatever else was printed, names in lower case. */
  readonly options: Readonly<Record<string, string>>
  readonly comment?: string
  readonly counter?: bigint
}

/** Options of a storage engine's own stand in backticks, and keep them. */
const PAIR = /^\s*(?:DEFAULT\s+)?(\w+|`\w+`)\s*=\s*('(?:[^'\\]|''|\\[\s\S])*'|\([^)]*\)|[^\s]+)/i
const NAMES: Readonly<Record<string, string>> = { charset: 'charset', collate: 'collation' }

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
  let rest = (at < 0 ? tail : tail.slice(0, at)).trim()
  const options: Record<string, string> = {}
  for (let match = PAIR.exec(rest); match !== null; match = PAIR.exec(rest)) {
    const name = match[1].toLowerCase()
    options[NAMES[name] ?? name] = match[2]
    rest = rest.slice(match[0].length)
  }
  const { comment, auto_increment: counter, ...others } = options
  return {
    options: { ...others, ...(rest.trim() && { more: rest.trim() }), ...(partitioning && { partitioning }) },
    ...(comment && { comment: unescapeText(comment.slice(1, -1)) }),
    ...(counter && { counter: BigInt(counter) }),
  }
}

/** Full-text indexes with a parser of their own. */
export function readParsers(create: string): ReadonlyMap<string, string> {
  const lines = create.matchAll(/FULLTEXT KEY `((?:[^`]|``)+)`[^\n]*WITH PARSER `?(\w+)`?/gi)
  return new Map([...lines].map((m) => [m[1].replaceAll('``', '`'), m[2]]))
}
