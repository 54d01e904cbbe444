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
