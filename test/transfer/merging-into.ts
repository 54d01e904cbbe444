/** Members of two sources who become one customer each, by functions that give a row for each member, too. */
import { defineConfig } from '../../src/app/config-form.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'

const mapping = transfer as unknown as (name: string, mapping: object) => Transfer
const visit = table('app', 'visit')

interface Into {
  into(of: typeof visit, row: object): object
}

const made = (name: string) =>
  mapping(name, {
    from: table(name, 'member'),
    to: table('app', 'customer'),
    into: [visit],
    match: ['email'],
    conflict: { name: 'last' },
    write: 'replace',
    columns: { email: 'mail' },
    row: (row: { no: bigint; nm: string }, ctx: Into) => [
      { name: row.nm },
      ctx.into(visit, { no: `${name} ${row.no}`, who: row.nm }),
    ],
  })

export default defineConfig({
  databases: { one: 'sqlite:one.db', two: 'sqlite:two.db', app: 'sqlite:app.db' },
  transfers: { all: [made('one'), made('two')] },
})
