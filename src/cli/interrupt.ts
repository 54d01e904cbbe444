/** Ctrl-C and SIGTERM: the first asks the run to stop after the running chunks, the second ends the process at once. */
import { EXIT } from '../core/error.ts'
import type { Io } from './io.ts'
import type { Output } from './render/output.ts'

export interface Interrupt {
  readonly signal: AbortSignal
  release(): void
}

/** What is told at the first signal and at the second. */
export interface InterruptWords {
  readonly first: string
  readonly second: string
}

const CHUNKS: InterruptWords = {
  first: 'stopping after the running chunks, again to stop at once',
  second: 'stopped at once: finished chunks are safe on the target; run the same command again to go on',
}

/**
 * Listens until released. `graceful`: the use case heeds the signal and leaves a resumable state; where it does not (it only
 * reads), the first signal ends the process too.
 */
export function listen(io: Io, output: Output, graceful: boolean, words: InterruptWords = CHUNKS): Interrupt {
  const controller = new AbortController()
  const leave = (text: string) => {
    output.close()
    io.stderr.write(`${text}\n`)
    io.exit(EXIT.interrupted)
  }
  const release = io.onSignal(() => {
    if (!graceful) leave('stopped; nothing was changed')
    else if (controller.signal.aborted) {
      leave(words.second)
    } else {
      output.say(words.first)
      controller.abort()
    }
  })
  return { signal: controller.signal, release }
}
