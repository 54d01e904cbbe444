/** Commands that people are to paste into a shell. */

/** The text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A command line, each word quoted where it must be. */
export function commandLine(...words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}
