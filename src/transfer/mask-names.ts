/** Invented names. Any resemblance is a matter of chance: the words are among the most usual ones. */

const GIVEN =
  'Alex Anna Ben Carla Clara Daniel David Elena Emma Eric Eva Felix Frank Grace Hanna Hugo Ida Iris Jack Jan Julia Karl Kate Laura Leo Lina Lucas Mara Maria Mark Max Mia Nina Noah Olga Oscar Paul Petra Rosa Ruth Sam Sara Simon Sofia Theo Tom Vera Will'.split(
    ' ',
  )
const FAMILY =
  'Adams Baker Bauer Bell Berg Brown Carter Clark Cole Cook Davis Evans Fischer Fox Garcia Gray Green Hall Hill Hunt Jones Keller King Klein Lane Lee Lopez Martin Meyer Miller Moore Morris Nash Novak Owen Parker Price Reed Rossi Scott Silva Smith Stone Taylor Weber West White Wood'.split(
    ' ',
  )
const KOREAN_FAMILY = [...'김이박최정강조윤장임한오서신권황안송류홍']
const KOREAN_GIVEN =
  '민준 서준 도윤 예준 시우 하준 지호 주원 지후 준서 서연 서윤 지우 하은 하윤 민서 지유 윤서 채원 수아 지민 은우 유진 현우 동현 승현 예린 소율 다은 나연 가온 보람 슬기 한별 아름 새롬 영수 정호 미경 성민'.split(
    ' ',
  )

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/

/** A name in place of another one, in its script (Hangul or Latin), chosen by bytes of a hash; at most `max` characters. */
export function inventedName(name: string, hash: Buffer, max: number): string {
  const pick = (words: readonly string[], at: number) => words[hash.readUInt16BE(at) % words.length]
  const made = HANGUL.test(name)
    ? pick(KOREAN_FAMILY, 0) + pick(KOREAN_GIVEN, 2)
    : /\s/.test(name.trim())
      ? `${pick(GIVEN, 0)} ${pick(FAMILY, 2)}`
      : pick(FAMILY, 2)
  return [...made].slice(0, max).join('').trimEnd()
}
