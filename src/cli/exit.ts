/** Errors as people and machines get them: what, why, what next, and what state was left behind. */
import { printable } from '../app/format.ts'
import { CATALOGUE, type NaruError } from '../core/error.ts'
import type { Style } from './render/style.ts'

export interface ErrorEvent {
  readonly type: 'error'
  readonly code: string
  readonly message: string
  readonly why: string
  readonly next: string
  readonly state: string
  readonly exit: number
}

const UNTOUCHED = 'nothing was changed'

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ')

/** The error as one event of `--json`. */
export function errorEvent(error: NaruError): ErrorEvent {
  return {
    type: 'error',
    code: error.code,
    message: oneLine(error.message),
    why: oneLine(error.why ?? CATALOGUE[error.code].what),
    next: oneLine(error.hint),
    state: oneLine(error.state ?? UNTOUCHED),
    exit: error.exit,
  }
}

/** The error in four lines. */
export function errorText(error: NaruError, s: Style): string {
  const e = errorEvent(error)
  const line = (label: string, text: string) => `  ${s.dim(label.padEnd(5))}  ${printable(text)}\n`
  const head = `${s.tone('bad', '✗')} ${s.bold(printable(e.message))} ${s.dim(`[${e.code}]`)}\n`
  return head + line('why', e.why) + line('next', e.next) + line('state', e.state)
}
