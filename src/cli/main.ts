/** The process behind `naru`: runs the command line and ends with its exit code. */
import { processIo } from './io.ts'
import { run } from './program.ts'
import { useCases } from './use-cases.ts'

/** `naru plan … | head` closes our output early: that is no fault. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

const code = await run(process.argv.slice(2), processIo(), useCases)

// Ends even where a driver keeps a socket or a timer, but not before everything is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
