/**
 * ~/.pgpass as libpq reads it (PostgreSQL documentation, "The Password File"): `hostname:port:database:username:password`,
 * `*` matches anything, `\:` and `\\` are escapes, the first line that matches wins.
 */

export interface PgTarget {
  /** Names the host may go by: a socket is both `localhost` and its folder. */
  readonly hosts: readonly string[]
  readonly port: string
  readonly database: string
  readonly user: string
}

function fields(line: string): string[] {
  const parts = ['']
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\' && i + 1 < line.length) parts[parts.length - 1] += line.slice(i, ++i + 1)
    else if (line[i] === ':' && parts.length < 5) parts.push('')
    else parts[parts.length - 1] += line[i]
  }
  return parts
}

const plainField = (field: string) => field.replace(/\\(.)/g, '$1')

/** The password for a target in the text of a password file, or undefined. */
export function findInPgpass(text: string, target: PgTarget): string | undefined {
  const wanted = [target.hosts, [target.port], [target.database], [target.user]]
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    const parts = fields(line)
    if (parts.length < 5) continue
    const fits = wanted.every((values, i) => parts[i] === '*' || values.includes(plainField(parts[i])))
    if (fits) return plainField(parts[4])
  }
  return undefined
}
