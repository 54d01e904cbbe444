/** A walk through what people do with revisions, command by command: the first one, generated ones, branches, merges, scripts. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Walker, walker } from './walker.ts'
import { byClient, catalogue, type Project, project, type Walked } from './walking.ts'

const KINDS = (process.env.WALK_KINDS?.split(',') ?? ['postgres', 'mysql', 'sqlite']) as Walked[]

const ACCOUNT = '1975ea83b712'
const DATE = 'ae1027a6acf0'
const ITEMS = 'c0ffee000001'
const NAMES = 'c0ffee000002'
const CART = '27c6a30d7c24'
const NOTE = '5b1d00000001'
const MERGED = '53fffde5ad50'
const NETWORK = '3cac04ae8714'
const ADDRESS = '109ec7d132bf'
const FILLED = 'da7a00000001'
const SQUASHED = '5ab100000001'

const account = (name: string, more = '') =>
  `CREATE TABLE account (id integer NOT NULL PRIMARY KEY, ${name} varchar(50) NOT NULL, description varchar(200)${more});`
const item = (price: string) => `CREATE TABLE item (
  id integer NOT NULL PRIMARY KEY, account_id integer NOT NULL, price ${price} NOT NULL,
  CONSTRAINT item_of FOREIGN KEY (account_id) REFERENCES account (id));
CREATE INDEX item_price ON item (price);`

describe.each(KINDS)('on %s', (kind) => {
  let p: Project
  let w: Walker
  let broken = false
  beforeAll(async () => {
    p = await project(kind)
    w = walker(kind, p)
  })
  afterAll(async () => {
    await p[Symbol.asyncDispose]()
  })
  // Each part begins where the one before it ended.
  beforeEach(({ skip, onTestFailed }) => {
    if (broken) skip('an earlier part of the walk failed')
    onTestFailed(() => {
      broken = true
    })
  })

  test('the first revisions, by hand', async () => {
    await w.says('heads', 'no revisions in migrations: `naru revision -m MSG` writes one')
    await w.says('current', 'base: no revision is applied')
    await w.says(
      'upgrade head',
      '  there are no revisions in migrations\n✓ Nothing to do. The database stands at base.',
    )
    await w.says(
      `revision -m 'create account table' --rev-id ${ACCOUNT}`,
      `migrations/${ACCOUNT}_create_account_table.sql`,
    )
    await w.fill(ACCOUNT, account('name'), 'DROP TABLE account;')
    await w.says('upgrade head --dry-run', 'Would upgrade from base to 1975ea83b712. 1 revision. Nothing was changed.')
    await expect(w.applied()).rejects.toThrow(/naru_version/)
    await w.says('ensure-version', 'naru_version')
    expect([await w.applied(), await w.schema()]).toEqual([[], []])
    expect(await w.moves('upgrade head', ACCOUNT)).toContain('✓ Upgraded from base to 1975ea83b712. 1 revision.\n')
    expect((await w.schema()).filter((one) => one.startsWith('account.'))).toHaveLength(3)
    await w.says('upgrade head', '✓ Nothing to do. The database stands at 1975ea83b712.')
    await p.ask("INSERT INTO account (id, name) VALUES (1, '김 ''👍''')")

    await w.says(`revision -m 'add a column' --rev-id ${DATE}`, `migrations/${DATE}_add_a_column.sql\n`)
    const text = await p.read(DATE)
    await p.write(
      DATE,
      text.replace('-- naru:up\n', '-- naru:up\nALTER TABLE account ADD COLUMN last_date varchar(30);\n'),
    )
    const editor = join(p.path, 'editor.sh')
    await writeFile(editor, '#!/bin/sh\necho "ALTER TABLE account DROP COLUMN last_date;" >> "$1"\n')
    await chmod(editor, 0o755)
    await w.walk(0, 'edit', { EDITOR: editor })
    expect(await p.read(DATE)).toMatch(/-- naru:down\nALTER TABLE account DROP COLUMN last_date;\n$/)
    expect((await w.walk(1, 'current --check-heads')).out).toContain('1975ea83b712 create account table')
    expect(await w.moves('upgrade +1', DATE)).toContain('✓ Upgraded from 1975ea83b712 to ae1027a6acf0. 1 revision.')
    await w.says('current --check-heads', '  ae1027a6acf0 (head) add a column\n')
    expect((await w.walk(0, 'current --json')).json.reports[0]).toMatchObject({ atHead: true, troubles: [] })
  })

  test('back and forth, by steps and by parts of ids', async () => {
    expect(await w.moves('downgrade -1', ACCOUNT)).toContain(
      '✓ Downgraded from ae1027a6acf0 to 1975ea83b712. 1 revision.',
    )
    await w.moves('upgrade ae1', DATE)
    await w.moves('downgrade base')
    expect(await w.schema()).toEqual([])
    await w.says('show current', 'current is the base: no revision\n')
    await w.refused('downgrade -1', /-1 leads too far.*the base is reached/s)
    await w.refused('upgrade +3', /\+3 leads too far.*after 2 of 3 steps the head is reached/s)
    await w.refused('upgrade 19', /19 is too short for an id.*1975ea83b712 \(create account table\)/s)
    await w.refused('upgrade 1976ea83b712', /no revision "1976ea83b712".*Did you mean 1975ea83b712\?/s)
    await w.moves('upgrade 1975+1', DATE)
    await w.says('history', '● ae1027a6acf0 (head) add a column\n● 1975ea83b712 create account table\n')
    await w.says('history -i', '● ae1027a6acf0 (current, head) add a column\n')
    await w.says(
      'history -v 1975:',
      '│   follows 1975ea83b712\n│   migrations/ae1027a6acf0_add_a_column.sql\n',
      'follows none',
    )
    expect(await w.says('history -- -1:current', 'ae1027a6acf0 (current, head)')).toContain('1975ea83b712')
    expect(await w.says('history -r ae1:head')).toBe('● ae1027a6acf0 (head) add a column\n')
    await w.says('show ae1', 'follows 1975ea83b712\n', '-- naru:up\nALTER TABLE account ADD COLUMN last_date')
    await w.says('show current', 'ae1027a6acf0 (current, head)')
    await p.ask("INSERT INTO account (id, name) VALUES (1, '김 ''👍''')")
  })

  test('generated from models', async () => {
    const before = await p.names()
    await p.models(account('name', ', last_date varchar(30)'))
    await w.says('check', '✓ Same. migrations leads to what models.sql says.')
    await w.says('revision --autogenerate -m nothing', '✓ Nothing to do.', 'no file was written')
    expect(await p.names()).toEqual(before)

    await p.models(
      `${account('name', ", last_date varchar(30), kind varchar(10) DEFAULT 'plain' NOT NULL")}\n${item('integer')}`,
    )
    const checked = await w.walk(1, 'check')
    expect(checked.out).toContain('✗ table account: column kind is missing\n')
    expect(checked.out).toMatch(/✗ Different\. .*run `naru revision --autogenerate -m MSG`/)
    await w.says(
      `revision --autogenerate -m 'items of accounts' --rev-id ${ITEMS}`,
      `migrations/${ITEMS}_items_of_accounts.sql\n`,
      'loses data on the way down',
      '✓ Proved.',
    )
    await w.says('check', '✓ Same.')
    await w.refused('revision --autogenerate -m more --from-db', /not at the head.*c0ffee000001.*naru upgrade/s)
    await w.moves('upgrade head', ITEMS)
    expect(await p.ask('SELECT kind, name FROM account')).toMatchObject([{ kind: 'plain', name: "김 '👍'" }])
    await w.says('check --db', '✓ Same.', '3 applied revisions')
    await w.says('check --from-db', '✓ Same.')

    await p.models(
      `${account('full_name', ", last_date varchar(30), kind varchar(10) DEFAULT 'plain' NOT NULL")}\n${item('bigint')}`,
    )
    expect((await w.walk(1, 'check --rename account.name=full_name')).out).toContain(
      '✗ table account: column name should be called full_name\n',
    )
    await w.says(
      `revision --autogenerate -m 'full names' --rename account.name=full_name --rev-id ${NAMES}`,
      '✓ Proved.',
    )
    await w.moves('upgrade head', NAMES)
    expect(await p.ask('SELECT full_name FROM account')).toMatchObject([{ full_name: "김 '👍'" }])
    expect(await w.schema()).toContainEqual(expect.stringMatching(/^item\.price bigint/))
    await w.moves('downgrade -2', DATE)
    await w.moves('upgrade heads', NAMES)
    expect(await p.ask('SELECT full_name, kind FROM account')).toMatchObject([{ full_name: "김 '👍'", kind: 'plain' }])
  })

  test('stamped, and stamped anew', async () => {
    const before = await w.schema()
    await w.says('stamp ae1', '✓ Stamped from c0ffee000002 to ae1027a6acf0. Nothing was run.')
    expect([await w.applied(), await w.schema()]).toEqual([[ACCOUNT, DATE], before])
    await p.ask("UPDATE naru_version SET id = 'f00d' WHERE head = 1")
    expect((await w.walk(0, 'current')).out).toMatch(/! no file knows f00d add a column/)
    await w.refused('upgrade head', /a revision that no file knows: f00d.*naru stamp --purge/s)
    await w.says('stamp --purge head', 'to c0ffee000002. Nothing was run.')
    expect([await w.applied(), await w.schema()]).toEqual([[ACCOUNT, DATE, ITEMS, NAMES], before])
    await w.says('check --db', '✓ Same.')
  })

  test('branches', async () => {
    await w.says(`revision -m 'account has a note' --rev-id ${NOTE}`)
    await w.fill(NOTE, 'ALTER TABLE account ADD COLUMN note varchar(30);', 'ALTER TABLE account DROP COLUMN note;')
    await w.refused(`revision -m 'shopping cart' --head c0ffee000002`, /is no head.*account has a note.*--splice/s)
    await w.says(`revision -m 'shopping cart' --head c0ffee000002 --splice --branch-label cart --rev-id ${CART}`)
    await w.fill(CART, 'CREATE TABLE shopping_cart (id integer NOT NULL PRIMARY KEY);', 'DROP TABLE shopping_cart;')
    await w.says('heads', `${NOTE} (head) account has a note\n`, `${CART} (head) [cart] shopping cart\n`)
    await w.says(
      'branches',
      'c0ffee000002 (branch point) full names\n',
      `  → ${CART} (head) [cart] shopping cart\n`,
      'cart begins at',
    )
    await w.says('history', '├─╯\n● c0ffee000002 (branch point) full names\n')
    // In the order of their dates, which are whole seconds.
    await w.refused(
      'upgrade head',
      /2 heads(?=.*27c6a30d7c24 \(shopping cart\))(?=.*5b1d00000001 \(account has a note\)).*naru merge/s,
    )
    await w.refused('revision -m more', /2 heads/s)
    await w.moves('upgrade cart@head', CART)
    expect((await w.walk(1, 'current --check-heads')).out).toContain(
      `  ${CART} (head) shopping cart\n  not applied: ${NOTE} (head) account has a note\n`,
    )
    await w.moves('upgrade heads', CART, NOTE)
    await w.says('current --check-heads', `${CART} (head) shopping cart\n`, `${NOTE} (head) account has a note\n`)
    await w.refused('downgrade -1', /could mean several.*cart/s)
    await w.moves('downgrade cart@-1', NOTE)
    await w.moves('upgrade heads', CART, NOTE)
  })

  test('merged, and back through the merge', async () => {
    await w.says(
      `merge -m 'join cart and note' 27c 5b1 --rev-id ${MERGED}`,
      `migrations/${MERGED}_join_cart_and_note.sql\n`,
    )
    await w.says('history', `● ${MERGED} (head, merge) join cart and note\n├─╮\n`)
    await w.moves('upgrade head', MERGED)
    await w.moves('downgrade -1', CART, NOTE)
    await w.moves('upgrade head', MERGED)
    await w.moves(`downgrade ${NAMES}`, NAMES)
    await w.moves('upgrade head', MERGED)
    await w.refused('merge', /nothing is to be merged/s)
  })

  test('a branch of its own, that depends on another', async () => {
    await w.says(`revision -m networks --head base --branch-label network --rev-id ${NETWORK}`)
    await w.fill(NETWORK, 'CREATE TABLE network (id integer NOT NULL PRIMARY KEY);', 'DROP TABLE network;')
    await w.says(`revision -m addresses --head network@head --depends-on ${DATE} --rev-id ${ADDRESS}`)
    await w.fill(ADDRESS, 'CREATE TABLE ip_number (id integer NOT NULL PRIMARY KEY);', 'DROP TABLE ip_number;')
    await w.says(`show ${ADDRESS}`, `follows ${NETWORK}\ndepends on ${DATE}\n`)
    await w.moves('downgrade base')
    await w.moves('upgrade network@head', ADDRESS, DATE)
    // Two that were made within the same second and do not know each other may come in either order.
    const order = await w.applied()
    expect(order.toSorted()).toEqual([ACCOUNT, DATE, NETWORK, ADDRESS].toSorted())
    expect(order.filter((id) => id !== NETWORK)).toEqual([ACCOUNT, DATE, ADDRESS])
    expect(order.indexOf(NETWORK)).toBeLessThan(order.indexOf(ADDRESS))
    await w.moves('downgrade network@base', DATE)
    await w.moves('upgrade heads', MERGED, ADDRESS)
    await w.says('merge heads -m everything')
    await w.moves('upgrade head', (await w.walk(0, 'heads --json')).json.heads[0].id)
  })

  test('rows moved by code', async () => {
    await w.says(`revision -m 'a network' --ts --rev-id ${FILLED}`, `migrations/${FILLED}_a_network.ts\n`)
    const text = await p.read(FILLED)
    const up = `async up({ sql, log }) {\n    await sql\`INSERT INTO network (id) VALUES (\${7})\`\n    log('seven')\n`
    const down = `async down({ sql }) {\n    await sql\`DELETE FROM network WHERE id = \${7}\`\n`
    await p.write(FILLED, text.replace('async up() {\n', up).replace('async down() {\n', down))
    expect((await w.walk(0, 'upgrade')).err).toContain(`${FILLED}: seven`)
    expect(await p.ask('SELECT id FROM network')).toMatchObject([{ id: 7 }])
    await w.moves('downgrade -1', (await w.walk(0, `show ${FILLED} --json`)).json.revisions[0].down[0])
    expect(await p.ask('SELECT id FROM network')).toEqual([])
    await w.moves('upgrade head', FILLED)
    const proved = (await w.walk(0, 'verify --json')).json.proofs
    expect(proved.map((one: { verdict: string }) => one.verdict)).toEqual(Array(11).fill('proved'))
  })

  test('scripts for the client of the engine', async () => {
    const ask = p.askSecond
    await byClient(kind, p.second, (await w.walk(0, `upgrade ${DATE} --sql`)).out)
    expect(await w.heads(ask)).toEqual([DATE])
    await w.says('current --target second', `  ${DATE} add a column\n`)
    await byClient(kind, p.second, (await w.walk(0, `upgrade ${DATE}:head --sql`)).out)
    expect([await w.heads(ask), await catalogue(kind, ask)]).toEqual([[FILLED], await w.schema()])
    expect(await ask('SELECT id FROM network')).toMatchObject([{ id: 7 }])
    await w.says('current --check-heads --target second', `  ${FILLED} (head) a network\n`)
    await w.says('upgrade head --target second', '✓ Nothing to do.')
    await w.says('check --db --target second', '✓ Same.')
    await w.refused(`downgrade ${MERGED} --sql`, /where it begins.*naru downgrade head:53fffde5ad50 --sql/s)
    await byClient(kind, p.second, (await w.walk(0, 'downgrade head:base --sql')).out)
    expect([await w.applied(ask), await catalogue(kind, ask)]).toEqual([[], []])
    await w.says(
      'upgrade heads --target second --target app',
      `✓ Upgraded from base to ${FILLED}. 11 revisions.`,
      '✓ Nothing to do.',
    )
    expect(await catalogue(kind, ask)).toEqual(await w.schema())
  })

  test('linted, and squashed', async () => {
    const { json } = await w.walk(1, 'lint migrations --json')
    const found = json.files.flatMap((f: { path: string; findings: { code: string }[] }) =>
      f.findings.map((one) => `${f.path.slice(11, 23)} ${one.code}`),
    )
    expect(found).toContain(`${NAMES} rename-column`)
    const before = await w.schema()
    await w.refused(`squash ${NAMES}..${MERGED}`, /joins branches/s)
    await w.says(
      `squash ${ACCOUNT}..${DATE} -m 'accounts' --rev-id ${SQUASHED}`,
      `✓ Squashed. migrations/${SQUASHED}_accounts.sql stands for 2 revisions.`,
    )
    await w.says('current', `${FILLED} (head)`)
    await w.says('upgrade head', '✓ Nothing to do.')
    await w.says('verify --revisions', '✓ Proved. 10 revisions in migrations: 10 proved')
    await w.moves('downgrade base')
    expect(await w.schema()).toEqual([])
    await w.moves('upgrade head', FILLED)
    expect(await w.schema()).toEqual(before)
    expect(w.commands()).toBeGreaterThan(80)
  })
})
