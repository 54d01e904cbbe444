/** `npm run bench -- copy [--rows N] [--only NAME] [--repeat N]`: naru beside its peers, in one run, on servers started for it. */
import { parseArgs } from 'node:util'
import { benchCopy } from './copy.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '2000000' },
    only: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '1' },
  },
})

if (positionals[0] !== 'copy') {
  console.error('usage: npm run bench -- copy [--rows N] [--only SCENARIO] [--repeat N]')
  process.exit(2)
}
await benchCopy({ rows: Number(values.rows), only: values.only ?? [], repeat: Number(values.repeat) })
