/** docs/findings.md from the catalogue of findings. */
import { COUNTED_ANEW } from '../../src/copy/answers.ts'
import { FINDINGS } from '../../src/copy/findings.ts'
import { page } from './markdown.ts'

const INTRO = `\`naru plan\` asks the source, in its own SQL, for values that the target would refuse or change, for names and keys that cannot
be kept, and both sides for rights that their users lack. Each answer is a finding with a code, a table and column, a count and up to five keys. A finding that *blocks* keeps \`naru copy\`
from beginning until it is settled; a *note* is worth knowing and loses nothing.`

const WAYS = `A finding is settled

- by accepting it: \`--accept CODE\` or \`--accept CODE:table.column\`;
- by a cast to a type that takes the values: \`--cast 'table.column=type'\`;
- by a policy: \`--policy CODE=POLICY\` or \`--policy CODE:table.column=POLICY\`, where POLICY is \`null\` (NULL in place of the value), \`clip\` (the
  nearest value that fits), \`replace\` (without the offending part), \`reject\` (the row goes to the reject file) or \`fail\`;

on the command line, or under \`copy\` in \`naru.config.ts\`.

A copy counts again before it begins. Where there is no time for that, \`naru plan FROM TO --save FILE\` keeps the answers, and \`naru copy FROM TO --plan FILE\`
asks only what the file has no answer to: of columns, casts and conditions that are new, and ${[...COUNTED_ANEW].join(', ')}, which could arrive as something else without a word. Findings of the
plan keep the copy from beginning as ever. Of values that have come since, policies take those that they are for (\`null\` only where the column takes NULL, and none in the key that rows are read by); the others are refused row by row, or the key or
foreign key that they break is not made: in the report, and by the exit code. The plan must be of the same source. For the target to differ does no harm.`

const EFFECT = { blocks: 'Blocks the copy.', note: 'A note.' } as const

/** Every finding with what it means and the ways out. */
export function findingsPage(): string {
  return page(
    'Findings',
    'src/copy/findings.ts',
    INTRO,
    WAYS,
    ...Object.entries(FINDINGS).map(
      ([name, entry]) => `## ${name}\n\n${entry.what} ${EFFECT[entry.effect]}\n\nWays out: ${entry.next}`,
    ),
  )
}
