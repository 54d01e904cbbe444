/** A value that has no form of the wanted type; the message is a reason for people: `'12x' is no integer`. The row can be rejected with it, the run goes on. */
export class CellError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'CellError'
  }
}

const SHOWN = 48

/** A value in quotes for a reason: shortened, control characters replaced, so that a reason stays one line. */
export function quoted(text: string): string {
  const plain = text
    .slice(0, SHOWN)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f]/g, '\ufffd')
  return text.length > SHOWN ? `'${plain}…' (${text.length} characters)` : `'${plain}'`
}

/** Throws the CellError `'…' is no <what>`. */
export function refuse(text: string, what: string): never {
  throw new CellError(`${quoted(text)} is no ${what}`)
}
