/** JSON as values that can be written back without loss: numbers that JavaScript cannot hold stay exact. */

/** Digits enough for a number to be beyond what a double holds, or an exponent. */
const SUSPICIOUS = /\d{16}|\d[eE]|\.\d{15}|\d\.\d*\d{15}/

interface WithRaw {
  /** ES2025, in every Node that naru runs on; TypeScript's library does not have it yet. */
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}
const exact = JSON as unknown as WithRaw

/** A JSON text as a value. Integers that are not safe become bigint, other numbers that would change a raw number of `JSON.rawJSON`. */
export function parseExact(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text)
  return exact.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value
    if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source)
    return sameNumber(source, value) ? value : exact.rawJSON(source)
  })
}

/** Whether a decimal text is the number that a double prints. */
function sameNumber(source: string, value: number): boolean {
  const plain = (text: string) => {
    const [mantissa, exponent = '0'] = text.toLowerCase().split('e')
    const [whole, fraction = ''] = mantissa.replace('-', '').split('.')
    const digits = (whole + fraction).replace(/^0+/, '')
    const zeros = digits.length - digits.replace(/0+$/, '').length
    const scale = fraction.length - Number(exponent) - zeros
    return digits === '' ? '0' : `${mantissa.startsWith('-')}${digits.replace(/0+$/, '')}e${-scale}`
  }
  return Number.isFinite(value) && plain(source) === plain(String(value))
}

/** A value as JSON text; undefined where it has none. Throws TypeError for circles and what JSON cannot hold. */
export function stringifyExact(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v === 'bigint') return exact.rawJSON(String(v))
    if (typeof v === 'number' && !Number.isFinite(v)) throw new TypeError(`${v} is no JSON`)
    return v
  })
}
