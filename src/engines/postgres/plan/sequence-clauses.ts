/** Clauses of ALTER SEQUENCE. */

/** A sequence that counts the other way from now on begins anew: where it stands may be beyond its end. */
export function turned(was: string | undefined, is: string | undefined): string {
  const down = (text: string | undefined) => /INCREMENT BY -/.test(text ?? '')
  return down(was) === down(is) ? '' : ' RESTART'
}

/** The clauses with those that CREATE SEQUENCE may leave out: ALTER SEQUENCE keeps what is not said. */
export function fullClauses(clauses: string, type: string): string {
  const text = clauses.replace(/ ?UNOWNED$/, '')
  const has = (word: string) => new RegExp(`\\b${word}\\b`).test(text)
  const down = /INCREMENT BY -/.test(text)
  const start = /START WITH (-?\d+)/.exec(text)
  const low = /MINVALUE (-?\d+)/.exec(text)?.[1]
  const high = /MAXVALUE (-?\d+)/.exec(text)?.[1]
  const bits =
    /^AS smallint/.test(text) || (type === 'smallint' && !/^AS /.test(text))
      ? 15n
      : /^AS integer/.test(text) || (type === 'integer' && !/^AS /.test(text))
        ? 31n
        : 63n
  const edge = down ? (high ?? '-1') : (low ?? '1')
  return [
    has('AS') ? '' : `AS ${type}`,
    text,
    has('INCREMENT') ? '' : 'INCREMENT BY 1',
    has('MINVALUE') ? '' : down ? `MINVALUE ${-(1n << bits)}` : 'MINVALUE 1',
    has('MAXVALUE') ? '' : down ? 'MAXVALUE -1' : `MAXVALUE ${(1n << bits) - 1n}`,
    start === null ? `START WITH ${edge}` : '',
    has('CACHE') ? '' : 'CACHE 1',
    has('CYCLE') ? '' : 'NO CYCLE',
  ]
    .filter((w) => w !== '')
    .join(' ')
}
