/** Privileges as lines of the schema model: ``SELECT, UPDATE (`a`) TO `reader`@`%` WITH GRANT OPTION``. */
import { quote } from './literal.ts'

/** What one account or role may do with one object. */
export interface Grant {
  /** In the server's words, sorted; none: only the right to pass on what comes from elsewhere. */
  readonly privileges: readonly string[]
  /** As SQL: an account with its host, a role by its name alone, or PUBLIC. */
  readonly grantee: string
  /** May pass them on. */
  readonly option: boolean
}

/** All privileges that an object of the kind can have. */
export const ALL = 'ALL PRIVILEGES'

/** An account or role as SQL: roles of MariaDB have no host. */
export function granteeSql(user: string, host: string, flavor: string): string {
  const name = user === '' ? "''" : quote(user)
  if (flavor !== 'mariadb' || host !== '') return `${name}@${quote(host)}`
  return user === 'PUBLIC' ? user : name
}

/** The line of the model. */
export function grantLine({ privileges, grantee, option }: Grant): string {
  const what = privileges.length === 0 ? 'USAGE' : privileges.join(', ')
  return `${what} TO ${grantee}${option ? ' WITH GRANT OPTION' : ''}`
}

const TAIL = / TO ((?:`(?:[^`]|``)*`|''|PUBLIC)(?:@`(?:[^`]|``)*`)?)( WITH GRANT OPTION)?$/
const PRIVILEGE = /[A-Z]+(?: [A-Z]+)*(?: \(`(?:[^`]|``)*`\))?/g

/** The line taken apart; null for one that no server of the family has written. */
export function parseGrant(line: string): Grant | null {
  const tail = TAIL.exec(line)
  if (tail === null) return null
  const privileges = (line.slice(0, tail.index).match(PRIVILEGE) ?? []).filter((p) => p !== 'USAGE')
  return { privileges, grantee: tail[1], option: tail[2] !== undefined }
}

/** Lines of an object with those on its columns among them. */
export function withColumns(
  own: readonly string[],
  columns: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const parsed = (lines: readonly string[]) => lines.flatMap((line) => parseGrant(line) ?? [])
  const byColumn = [...columns].flatMap(([column, lines]) =>
    parsed(lines).map((g) => ({ ...g, privileges: g.privileges.map((p) => `${p} (${quote(column)})`) })),
  )
  const byGrantee = Map.groupBy([...parsed(own), ...byColumn], (g) => g.grantee)
  return [...byGrantee]
    .map(([grantee, all]) =>
      grantLine({
        grantee,
        privileges: all.flatMap((g) => g.privileges).sort(),
        option: all.some((g) => g.option),
      }),
    )
    .sort()
}

const WESTERN = new Map(
  [...new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, i) => i))].map((ch, i) => [ch, i]),
)

/**
 * A name of mysql.procs_priv as it was given: MariaDB 10.11 writes names there as if their UTF-8 bytes were latin1. What is not such a text is
 * left alone.
 */
export function unspoiled(name: string): string {
  const bytes = [...name].map((ch) => WESTERN.get(ch))
  if (!bytes.every((b) => b !== undefined) || bytes.every((b) => b < 128)) return name
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
  } catch {
    return name
  }
}

/** A condition on mysql.procs_priv: the database of that name, spelled either way. `literal`: the name as SQL. */
export function routinesOf(literal: string): string {
  return `Db IN (${literal}, CONVERT(CAST(${literal} AS BINARY) USING latin1))`
}
