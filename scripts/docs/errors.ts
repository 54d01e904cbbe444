/** docs/errors.md from the catalogue of errors. */
import { CATALOGUE, EXIT } from '../../src/core/error.ts'
import { code, page, table } from './markdown.ts'

const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'Done, or both sides are the same.',
  differences: 'Differences, rejects, or findings that nobody accepted. What landed is described in the report.',
  trouble:
    'Trouble: usage, configuration, connection, rights. Nothing was begun, or the message says what state was left.',
  stopped: 'Stopped from outside, and resumable: run the same command again.',
  interrupted: 'Interrupted with Ctrl-C, and resumable: run the same command again.',
}

/** Exit codes and every error code with what happened and what to do next. */
export function errorsPage(): string {
  const exits = Object.entries(EXIT) as [keyof typeof EXIT, number][]
  const intro =
    'On every failure naru prints what happened, why, what to do next, and what state was left behind; the code in brackets leads here.'
  return page(
    'Exit codes and errors',
    'src/core/error.ts',
    intro,
    '## Exit codes',
    table(
      ['code', 'meaning'],
      exits.map(([name, exit]) => [code(String(exit)), MEANING[name]]),
    ),
    '## Errors',
    ...Object.entries(CATALOGUE).map(
      ([name, entry]) =>
        `### ${name}\n\n${entry.what}\n\nNext: ${entry.next}\n\nExit code ${code(String(entry.exit))}.`,
    ),
  )
}
