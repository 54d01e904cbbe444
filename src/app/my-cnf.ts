/**
 * MySQL option files (MySQL manual, "Using Option Files"): sections, `key=value` or bare keys, `-` and `_` alike, values in
 * quotes or not, backslash escapes, `#` comments also behind a value, `!include FILE` and `!includedir FOLDER`.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  r: '\r',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
const SECTIONS = new Set(['client', 'client-server', 'client-mariadb', 'naru'])

function optionValue(raw: string): string {
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(raw)
  const text = quoted === null ? raw.replace(/\s*#.*$/, '') : quoted[2]
  return text.replace(/\\(.)/g, (whole, c: string) => ESCAPES[c] ?? whole)
}

/** Options of the client sections: names with dashes, later lines win. */
export function readMyCnf(text: string): Readonly<Record<string, string>> {
  const options: Record<string, string> = {}
  let inside = false
  for (const line of text.split(/\r?\n/).map((l) => l.trim())) {
    if (line === '' || /^[#;!]/.test(line)) continue
    const section = /^\[([^\]]*)\]/.exec(line)
    if (section !== null) inside = SECTIONS.has(section[1].trim().toLowerCase())
    else if (inside) {
      const at = line.indexOf('=')
      const key = (at < 0 ? line : line.slice(0, at)).trim().toLowerCase().replaceAll('_', '-')
      options[key] = at < 0 ? '' : optionValue(line.slice(at + 1).trim())
    }
  }
  return options
}

/** Where included files come from. Null or none: not there, or not to be trusted. */
export interface OptionFiles {
  read(path: string): Promise<string | null>
  /** Paths of the `.cnf` files of a folder, in order. */
  list(folder: string): Promise<readonly string[]>
}

/** MySQL's own limit of files within files. */
const DEEPEST = 10

/** The text with what it includes put in place, sections kept apart. */
export async function withIncludes(text: string, files: OptionFiles, depth = 0): Promise<string> {
  const lines: string[] = []
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    if (line.trimStart().startsWith('[')) section = line
    const wanted = /^\s*!include(dir)?\s+(.+?)\s*$/.exec(line)
    if (wanted === null) lines.push(line)
    if (wanted === null || depth >= DEEPEST) continue
    const paths = wanted[1] === undefined ? [wanted[2]] : await files.list(wanted[2])
    for (const path of paths) {
      const included = await files.read(path)
      if (included !== null) lines.push('[]', await withIncludes(included, files, depth + 1))
    }
    lines.push(section === '' ? '[]' : section)
  }
  return lines.join('\n')
}
