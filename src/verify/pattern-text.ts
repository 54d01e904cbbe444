/** What one text may have become of another on its way: cut, padded, encoded twice, normalized. */
import type { DriftPattern } from '../core/report.ts'

/** One explanation of a difference, with what it depends on: a factor of 100, an offset of nine hours. */
export interface Sign {
  readonly kind: DriftPattern['kind']
  readonly value: string
}

const PLAIN = /^[\x00-\x7f]*$/

/** What the bytes of a text are when they are taken for latin1, as MySQL means it (Windows-1252 with its gaps filled). */
function encodedTwice(text: string): string {
  return new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8'))
}

/** Signs that two texts give; empty where nothing ties them together. */
export function textSigns(source: string, target: string): Sign[] {
  const signs: Sign[] = [...blankSigns(source, target), ...cutSigns(source, target)]
  if (source.toLowerCase() === target.toLowerCase()) signs.push({ kind: 'case', value: '' })
  if (PLAIN.test(source) && PLAIN.test(target)) return signs
  if (source.normalize('NFC') === target.normalize('NFC')) signs.push(normalizationSign(source, target))
  if (encodedTwice(source) === target) signs.push({ kind: 'encoded twice', value: 'target' })
  if (encodedTwice(target) === source) signs.push({ kind: 'encoded twice', value: 'source' })
  const lost = ['?', '\ufffd'].find((mark) => replaced(source, mark).includes(target))
  if (lost !== undefined) signs.push({ kind: 'replaced', value: lost })
  return signs
}

function blankSigns(source: string, target: string): Sign[] {
  if (source.replace(/ +$/, '') !== target.replace(/ +$/, '')) return []
  return [{ kind: 'blanks', value: source.length > target.length ? 'lost' : 'added' }]
}

/** Lengths in characters and in bytes: a limit may be of either. */
function cutSigns(source: string, target: string): Sign[] {
  if (target === '' || target.length >= source.length || !source.startsWith(target)) return []
  const characters = PLAIN.test(target) ? target.length : [...target].length
  const bytes = Buffer.byteLength(target)
  const values = [`${characters} characters`, `${bytes} bytes`, '']
  return values.map((value) => ({ kind: 'truncated', value }))
}

function normalizationSign(source: string, target: string): Sign {
  if (target === source.normalize('NFC')) return { kind: 'normalization', value: 'NFC' }
  return { kind: 'normalization', value: target === source.normalize('NFD') ? 'NFD' : '' }
}

/** What is left when characters that do not fit are replaced: all beyond ASCII, or those of four bytes, once a character or once a byte. */
function replaced(text: string, mark: string): string[] {
  const all = text.replace(/[^\x00-\x7f]/gu, mark)
  const long = text.replace(/[\u{10000}-\u{10ffff}]/gu, mark)
  const units = text.replace(/[\u{10000}-\u{10ffff}]/gu, mark.repeat(4))
  return [all, long, units].filter((t) => t !== text)
}
