/** Names inside SQL text of any engine, found without a parser: quoted or bare words outside string literals. */

/** A string literal, a quoted name in any engine's quotes, or a bare word. */
const WORD = /'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}_$][\p{L}\p{N}_$]*/gsu

const UNQUOTE: Readonly<Record<string, (body: string) => string>> = {
  '"': (body) => body.replaceAll('""', '"'),
  '`': (body) => body.replaceAll('``', '`'),
  '[': (body) => body,
}

const PLAIN = /^[a-z_][a-z0-9_]*$/

/**
 * The text with words exchanged by the map; new names are quoted where they need it. Only good for asking whether two
 * texts mean the same after a rename: the result is never executed.
 */
export function renameWords(sql: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return sql
  return sql.replace(WORD, (word) => {
    const unquote = UNQUOTE[word[0]]
    const name = word[0] === "'" ? undefined : names.get(unquote === undefined ? word : unquote(word.slice(1, -1)))
    if (name === undefined) return word
    if (word[0] === '`') return `\`${name.replaceAll('`', '``')}\``
    return PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`
  })
}

/** A name that qualifies another, in a text or in a text that names an object (`'app.t_id_seq'::regclass`). */
const QUALIFIER =
  /'((?:[^']|'')*)'(?=::regclass)|'(?:[^'\\]|''|\\.)*'|(?<![.\p{L}\p{N}_$"])("(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?=\s*\.)/gsu

/** The text with names that are qualified by one schema qualified by another. */
export function renameQualifier(sql: string, from: string, to: string): string {
  const quoted = PLAIN.test(to) ? to : `"${to.replaceAll('"', '""')}"`
  return sql.replace(QUALIFIER, (all, named?: string, word?: string) => {
    if (named !== undefined) return `'${renameQualifier(named.replaceAll("''", "'"), from, to).replaceAll("'", "''")}'`
    if (word === undefined) return all
    return (word[0] === '"' ? UNQUOTE['"'](word.slice(1, -1)) : word) === from ? quoted : word
  })
}
