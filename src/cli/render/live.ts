/** Progress on a terminal: a few lines at the bottom, drawn again ten times a second. */
import type { Io } from '../io.ts'
import { type Display, lasting, MOST_REJECTS } from './display.ts'
import { progress } from './progress.ts'
import { standingBlock } from './standing.ts'
import { styleOf } from './style.ts'

const EVERY_MS = 100
const MOST_LINES = 9
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'

/** Progress on stderr, which is a terminal. */
export function liveDisplay(io: Io): Display {
  const style = styleOf(io.stderr, io.env)
  const state = progress()
  let drawn = 0
  let rejects = 0
  let active = false

  const erase = () => (drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : '')
  function draw(before = ''): void {
    const room = Math.min(MOST_LINES, Math.max(2, (io.stderr.rows ?? 24) - 2))
    const lines = active ? standingBlock(state.standing(io.now()), room, style) : []
    io.stderr.write(`${erase()}${before}${lines.map((l) => `${l}\n`).join('')}`)
    drawn = lines.length
  }
  const stop = io.every(EVERY_MS, () => active && draw())

  return {
    report(event) {
      state.apply(event, io.now())
      if (event.type === 'phase' && event.state === 'begin' && !active) {
        active = true
        io.stderr.write(HIDE_CURSOR)
      }
      if (event.type === 'reject' && ++rejects > MOST_REJECTS) return
      const line = lasting(event)
      if (line !== null) draw(`${style.dim(line)}\n`)
    },
    close() {
      stop()
      if (active) io.stderr.write(`${erase()}${SHOW_CURSOR}`)
      active = false
      drawn = 0
    },
  }
}
