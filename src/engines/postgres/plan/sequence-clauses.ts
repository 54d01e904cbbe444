/** Clauses of ALTER SEQUENCE. */

/** Bits of the largest number that a type holds, beside the sign. */
const MAGNITUDE: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n }

const countsDown = (clauses: string) => /INCREMENT BY -/.test(clauses)

/** A sequence that counts the other way from now on begins anew: where it stands may be beyond its end. */
export function turned(was: string | undefined, is: string | undefined): string {
  return countsDown(was ?? '') === countsDown(is ?? '') ? '' : ' RESTART'
}

/** The clauses with those that CREATE SEQUENCE may leave out: ALTER SEQUENCE keeps what is not said. */
export function fullClauses(clauses: string, type: string): string {
  const text = clauses.replace(/ ?UNOWNED$/, '')
  const has = (word: string) => new RegExp(`\\b${word}\\b`).test(text)
  const down = countsDown(text)
  const start = /START WITH (-?\d+)/.exec(text)
  const low = /MINVALUE (-?\d+)/.exec(text)?.[1]
  const high = /MAXVALUE (-?\d+)/.exec(text)?.[1]
  const said = /^AS (smallint|integer)?/.exec(text)
  const bits = MAGNITUDE[said === null ? type : (said[1] ?? 'bigint')] ?? MAGNITUDE.bigint
  const [lowest, highest] = down ? [-(1n << bits), -1n] : [1n, (1n << bits) - 1n]
  const edge = down ? (high ?? '-1') : (low ?? '1')
  return [
    has('AS') ? '' : `AS ${type}`,
    text,
    has('INCREMENT') ? '' : 'INCREMENT BY 1',
    has('MINVALUE') ? '' : `MINVALUE ${lowest}`,
    has('MAXVALUE') ? '' : `MAXVALUE ${highest}`,
    start === null ? `START WITH ${edge}` : '',
    has('CACHE') ? '' : 'CACHE 1',
    has('CYCLE') ? '' : 'NO CYCLE',
  ]
    .filter((w) => w !== '')
    .join(' ')
}
