/** The forms of a complete list of rows that differ: each is written row by row. */
import { escapeMarkup } from '../core/markup.ts'
import type { DriftFormat } from '../core/options.ts'
import type { DriftColumn, DriftEntry } from '../core/report.ts'
import { printable } from './format.ts'
import { STYLE } from './report/style.ts'

/** How a list is written. */
export interface DriftForm {
  begin(title: string): string
  row(table: string, entry: DriftEntry): string
  end(): string
}

/** A fresh form; it remembers what it has written. */
export function driftForm(format: DriftFormat): DriftForm {
  switch (format) {
    case 'text':
      return textForm()
    case 'json':
      return jsonForm()
    case 'csv':
      return csvForm()
    case 'html':
      return htmlForm()
  }
}

/** The key in one text: the value of one column, a JSON array of several. */
function keyText(entry: DriftEntry): string {
  if (entry.key === null) return ''
  return entry.key.length === 1 ? (entry.key[0].value ?? '') : JSON.stringify(entry.key.map((k) => k.value))
}

/** Of a row that only one side has, the key says which; its values are told where there is no key. */
function toldColumns(entry: DriftEntry): readonly DriftColumn[] {
  return entry.kind === 'differs' || entry.key === null || entry.unreadable ? entry.columns : []
}

const quoted = (text: string | null): string => (text === null ? 'NULL' : `'${text}'`)

function textForm(): DriftForm {
  return {
    begin: () => '',
    row(table, entry) {
      const columns = toldColumns(entry).map((c) => `${c.name}: ${quoted(c.source)} ≠ ${quoted(c.target)}`)
      const key = entry.key === null ? '(no key)' : entry.key.map((k) => `${k.name} ${k.value}`).join(', ')
      const head = `${table}  ${entry.kind}  ${key}`
      return `${printable(columns.length === 0 ? head : `${head}  ${columns.join('; ')}`)}\n`
    },
    end: () => '',
  }
}

/** One array, a row of the table on each line. */
function jsonForm(): DriftForm {
  let rows = 0
  return {
    begin: () => '[',
    row(table, entry) {
      const key = entry.key === null ? null : Object.fromEntries(entry.key.map((k) => [k.name, k.value]))
      const line = JSON.stringify({ table, kind: entry.kind, key, columns: entry.columns })
      return `${rows++ === 0 ? '' : ','}\n${line}`
    },
    end: () => '\n]\n',
  }
}

/** A line for each cell that differs. Texts are quoted, so that an empty field is NULL and a quoted one the empty text. */
function csvForm(): DriftForm {
  const text = (value: string) => `"${value.replaceAll('"', '""')}"`
  const value = (v: string | null) => (v === null ? '' : text(v))
  return {
    begin: () => 'table,kind,key,column,source,target\r\n',
    row(table, entry) {
      const head = `${text(table)},${text(entry.kind)},${text(keyText(entry))}`
      const told = toldColumns(entry)
      if (told.length === 0) return `${head},,,\r\n`
      return told.map((c) => `${head},${text(c.name)},${value(c.source)},${value(c.target)}\r\n`).join('')
    },
    end: () => '',
  }
}

function htmlForm(): DriftForm {
  const safe = (text: string) => escapeMarkup(printable(text))
  const code = (text: string | null) => (text === null ? '<i>NULL</i>' : `<code>${safe(text)}</code>`)
  return {
    begin: (title) =>
      `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${safe(title)}</title><style>${STYLE}</style></head>\n<body><main><h1>${safe(title)}</h1>\n<div class="wide"><table><thead><tr><th scope="col">table</th><th scope="col">what</th><th scope="col">key</th><th scope="col">column</th><th scope="col">source</th><th scope="col">target</th></tr></thead><tbody>\n`,
    row(table, entry) {
      const head = `<tr><td>${safe(table)}</td><td class="t-bad w">${safe(entry.kind)}</td><td><code>${safe(keyText(entry))}</code></td>`
      const told = toldColumns(entry)
      if (told.length === 0) return `${head}<td></td><td></td><td></td></tr>\n`
      return told
        .map((c) => `${head}<td>${safe(c.name)}</td><td>${code(c.source)}</td><td>${code(c.target)}</td></tr>\n`)
        .join('')
    },
    end: () => '</tbody></table></div></main></body></html>\n',
  }
}
