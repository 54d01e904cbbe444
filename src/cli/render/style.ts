/** Colours, where the stream shows them and nobody asked for none. */
import pc from 'picocolors'
import type { Tone } from '../../app/report/document.ts'
import type { Environment, Stream } from '../io.ts'

export interface Style {
  /** Widest line, in cells. */
  readonly width: number
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly tone: (tone: Tone | undefined, text: string) => string
}

/** Width of what is not a terminal: readable, and fit for a code review. */
const PAPER = 100

/** NO_COLOR (any value) and TERM=dumb turn colours off, FORCE_COLOR on; else a terminal has them. */
function hasColor(stream: Stream, env: Environment): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** For files: no colours, the width of paper. */
export function plainStyle(io: { readonly env: Environment }): Style {
  return styleOf({ write: () => {} }, { COLUMNS: io.env.COLUMNS, NO_COLOR: '1' })
}

/** The style for a stream. */
export function styleOf(stream: Stream, env: Environment): Style {
  const c = pc.createColors(hasColor(stream, env))
  const tones = { good: c.green, warn: c.yellow, bad: c.red, quiet: c.dim }
  const columns = stream.isTTY ? stream.columns : Number(env.COLUMNS)
  return {
    width: Math.max(60, columns || PAPER),
    bold: c.bold,
    dim: c.dim,
    tone: (tone, text) => (tone === undefined ? text : tones[tone](text)),
  }
}
