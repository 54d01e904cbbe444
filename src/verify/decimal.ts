/** Exact decimal numbers from canonical texts: what floats would blur must be told exactly. */

/** digits × 10^−scale, scale ≥ 0. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

const FORM = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/

/** The number that a canonical text spells; null for every other text. */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > 400) return null
  const match = FORM.exec(text)
  if (match === null) return null
  const [, sign, whole, fraction = '', exponent = '0'] = match
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(`${sign}${whole}${fraction}`)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

/** a − b. */
export function plainDifference(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: scaled(a, scale) - scaled(b, scale), scale }
}

/** The digits at a scale that is at least the number's own. */
function scaled(d: Decimal, scale: number): bigint {
  return d.digits * 10n ** BigInt(scale - d.scale)
}

/** target ÷ source as plain text where it is a short number (`100`, `0.001`, `-1`); null otherwise, or where the source is 0. */
export function ratio(target: Decimal, source: Decimal): string | null {
  if (source.digits === 0n) return null
  const scale = Math.max(target.scale, source.scale)
  const [over, under] = [scaled(target, scale), scaled(source, scale)]
  const exact = (over * 10n ** 9n) / under
  if (exact * under !== over * 10n ** 9n) return null
  return decimalText({ digits: exact, scale: 9 })
}

/** The shortest plain spelling. */
export function decimalText(d: Decimal): string {
  const sign = d.digits < 0n ? '-' : ''
  const digits = String(d.digits < 0n ? -d.digits : d.digits).padStart(d.scale + 1, '0')
  const whole = digits.slice(0, digits.length - d.scale)
  const fraction = digits.slice(digits.length - d.scale).replace(/0+$/, '')
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}

/** Half up (away from zero), or cut, to so many digits after the point. */
export function reduced(d: Decimal, scale: number, how: 'round' | 'cut'): Decimal {
  if (d.scale <= scale) return d
  const unit = 10n ** BigInt(d.scale - scale)
  const half = how === 'round' ? unit / 2n : 0n
  return { digits: (d.digits < 0n ? d.digits - half : d.digits + half) / unit, scale }
}

/** Whether both are the same number. */
export function sameDecimal(a: Decimal, b: Decimal): boolean {
  return plainDifference(a, b).digits === 0n
}
