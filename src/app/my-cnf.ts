/**
 * MySQL option files (MySQL manual, "Using Option Files"): sections, `key=value` or bare keys, `-` and `_` alike, values in
 * quotes or not, backslash escapes, `#` comments also behind a value. `!include` lines are not followed.
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
    const section = /^\[([^\]]+)\]/.exec(line)
    if (section !== null) inside = SECTIONS.has(section[1].trim().toLowerCase())
    else if (inside) {
      const at = line.indexOf('=')
      const key = (at < 0 ? line : line.slice(0, at)).trim().toLowerCase().replaceAll('_', '-')
      options[key] = at < 0 ? '' : optionValue(line.slice(at + 1).trim())
    }
  }
  return options
}
