/** Values as COPY of PostgreSQL spells them, where that is not their canonical text: elements of arrays, intervals. */
import type { WireType } from '../../core/wire.ts'
import { arrayFromLiteral, mapArray } from './array-literal.ts'

type Respell = (text: string) => string

/** The canonical text of what PostgreSQL wrote for a value of this wire type; the same text where there is nothing to change. */
export function fromPostgres(wire: WireType, isArray: boolean): Respell | null {
  if (wire.kind === 'interval') return isoInterval
  if (!isArray) return null
  const element = wire.kind === 'array' ? fromElement(wire.of) : null
  return (text) => {
    const json = arrayFromLiteral(text)
    if (json === null) return text // no array: whoever reads it says so
    return element === null ? json : mapArray(json, element)
  }
}

function fromElement(of: WireType): Respell | null {
  if (of.kind === 'bytea') return (text) => text.replace(/^\\x/, '')
  if (of.kind === 'bool') return (text) => (text === 't' ? '1' : text === 'f' ? '0' : text)
  return of.kind === 'interval' ? isoInterval : null
}

/** What PostgreSQL takes for an element, from its canonical text; null where that is the same. */
export function toElement(wire: WireType): Respell | null {
  return wire.kind === 'array' && wire.of.kind === 'bytea' ? (text) => `\\x${text}` : null
}

const STYLE =
  /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?$/

/** `1 year -2 mons 3 days -04:05:06.7` → ISO 8601; anything else stays. */
function isoInterval(text: string): string {
  const match = text === '' ? null : STYLE.exec(text)
  if (match === null) return text
  const [, years = '0', months = '0', days = '0', sign = '', hours = '0', minutes = '0', seconds = '0'] = match
  const minus = sign === '-' ? '-' : ''
  const whole = (n: string) => n.replace('+', '')
  return `P${whole(years)}Y${whole(months)}M${whole(days)}DT${minus}${hours}H${minus}${minutes}M${minus}${seconds}S`
}
