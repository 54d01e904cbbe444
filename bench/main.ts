/** `npm run bench -- copy|schema|verify|sync|revisions|replay|stage|folders|transfer|images|pages`: naru beside its peers, on schemas of many tables, on folders of many revisions. */
import { parseArgs } from 'node:util'
import { benchCopy } from './copy.ts'
import { benchFolders } from './folders.ts'
import { benchImages } from './images.ts'
import { benchPages } from './pages.ts'
import { benchReplay } from './replay.ts'
import { benchRevisions } from './revisions.ts'
import { benchSchema } from './schema.ts'
import { benchStage } from './stage.ts'
import { benchSync } from './sync.ts'
import { benchTransfer } from './transfer.ts'
import { benchVerify } from './verify.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    tables: { type: 'string', default: '1000' },
    revisions: { type: 'string', default: '1000' },
    only: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '1' },
  },
})

const only = values.only ?? []
const repeat = Number(values.repeat)
const rows = Number(values.rows ?? 2_000_000)
switch (positionals[0]) {
  case 'copy':
    await benchCopy({ rows, only, repeat })
    break
  case 'schema':
    await benchSchema({ tables: Number(values.tables), only, repeat })
    break
  case 'verify':
    await benchVerify({ rows, repeat })
    break
  case 'revisions':
    await benchRevisions({ revisions: Number(values.revisions), repeat: Number(values.repeat) })
    break
  case 'folders':
    await benchFolders({ rows, only })
    break
  case 'stage':
    await benchStage({ rows, repeat, only })
    break
  case 'transfer':
    await benchTransfer({ rows, repeat })
    break
  case 'images':
    await benchImages({ repeat, only })
    break
  case 'pages':
    await benchPages({ rows: Number(values.rows ?? 10_000_000) })
    break
  case 'sync':
    await benchSync({ rows: Number(values.rows ?? 300_000), repeat, only })
    break
  case 'replay':
    await benchReplay({ revisions: Number(values.revisions) })
    break
  default:
    console.error('usage: npm run bench -- copy [--rows N] [--only SCENARIO] [--repeat N]')
    console.error('       npm run bench -- schema [--tables N] [--only postgres|mysql] [--repeat N]')
    console.error('       npm run bench -- verify [--rows N] [--repeat N]')
    console.error('       npm run bench -- sync [--rows N] [--repeat N] [--only mariadb-postgres|sqlite-sqlite]')
    console.error('       npm run bench -- revisions [--revisions N] [--repeat N]')
    console.error('       npm run bench -- replay [--revisions N]')
    console.error('       npm run bench -- stage [--rows N] [--repeat N]')
    console.error('       npm run bench -- folders [--rows N] [--only csv]')
    console.error('       npm run bench -- transfer [--rows N] [--repeat N]')
    console.error('       npm run bench -- images [--repeat N] [--only small|large] [--only folder|s3]')
    console.error('       npm run bench -- pages [--rows 10000000]')
    process.exit(2)
}
