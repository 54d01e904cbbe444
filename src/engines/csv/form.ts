/** How the files of a folder are written: what the address asks for, what is kept of each table, what a reader needs. */
import type { Address } from '../../core/engine.ts'

export type Format = 'csv' | 'ndjson'
/** postgres: as COPY … CSV reads and writes it; excel: byte order mark, CRLF, and nothing that a spreadsheet would take for something else. */
export type Spelling = 'plain' | 'postgres' | 'excel'

/** What is kept of a table that naru wrote; ending and compression are told by the file's name. */
export interface Form {
  /** One character. */
  readonly delimiter: string
  /** One character. */
  readonly quote: string
  readonly header: boolean
  /** What stands for NULL beside an empty field that is not in quotes. */
  readonly null?: string
  readonly spelling: Spelling
}

/** Files that nothing else is said of. */
export const PLAIN: Form = { delimiter: ',', quote: '"', header: true, spelling: 'plain' }

/** What an address asks for; the delimiter of files that are read is told by their first lines where it says none. */
export interface Asked {
  readonly format: Format
  readonly gzip: boolean
  readonly delimiter?: string
  readonly quote?: string
  readonly header?: boolean
  readonly null?: string
  readonly spelling?: Spelling
  /** Of files that are read. */
  readonly encoding?: string
  /** Folders are read without a look at their manifest. */
  readonly unchecked: boolean
}

const YES = /^(1|yes|true|on)$/i

/** What the parameters of an address ask for; they have been checked. */
export function askedOf({ params }: Address): Asked {
  const spelling = params.dialect as Spelling | undefined
  return {
    format: params.format === 'ndjson' ? 'ndjson' : 'csv',
    gzip: YES.test(params.gzip ?? ''),
    ...(params.delimiter !== undefined && { delimiter: character(params.delimiter) ?? ',' }),
    ...(params.quote !== undefined && { quote: character(params.quote) ?? '"' }),
    ...(params.header !== undefined && { header: YES.test(params.header) }),
    ...(params.null !== undefined && { null: params.null }),
    ...(spelling !== undefined && { spelling }),
    ...(params.encoding !== undefined && { encoding: params.encoding }),
    unchecked: params.manifest === 'ignore',
  }
}

/** How a new table is written. */
export function newForm(asked: Asked): Form {
  const { delimiter = ',', quote = '"', header = true, spelling = 'plain' } = asked
  return { delimiter, quote, header, spelling, ...(asked.null !== undefined && { null: asked.null }) }
}

/** `;`, `tab`, `\t`, `\x01` as a character; null for what is none that takes one byte. */
export function character(text: string): string | null {
  if (/^tab$/i.test(text) || text === '\\t') return '\t'
  const code = /^\\x([\da-f]{2})$/i.exec(text)?.[1]
  const found = code === undefined ? text : String.fromCharCode(Number.parseInt(code, 16))
  return /^[^\r\n\0\u0080-\uffff]$/.test(found) ? found : null
}
