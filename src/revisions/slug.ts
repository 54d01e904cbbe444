/** Messages as parts of file names. */

const LONGEST = 40

/** A message on one line, without the characters that no line of a file should hold. */
export function oneLine(message: string): string {
  return message
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
}

/** Letters and digits of any script with `_` between, lower case, 40 characters at most, cut between words where it can be. */
export function slugOf(message: string): string {
  const words =
    oneLine(message)
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  let slug = ''
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}_${word}`
    if ([...longer].length > LONGEST) return slug === '' ? [...word].slice(0, LONGEST).join('') : slug
    slug = longer
  }
  return slug
}
