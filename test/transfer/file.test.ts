/** Steps about files: asked for once a batch, and what is not to be had is settled by the step. */
import { expect, test } from 'vitest'
import type { FieldStep, Miss } from '../../src/core/transfer.ts'
import type { StoreFiles } from '../../src/transfer/file.ts'
import { context, mapAll, type Texts, wireColumn } from './sample.ts'

const text = { kind: 'text' } as const

type NewText = NonNullable<ReturnType<StoreFiles['find']>>

/** Addresses become `new:…`; `gone…` has no file, `none…` none at all, `unknown…` is not known. */
function store(): StoreFiles & { readonly asked: [string, string[]][] } {
  const asked: [string, string[]][] = []
  let known = new Map<string, NewText>()
  const answer = (form: string, value: string): [string, NewText][] => {
    if (value.startsWith('unknown')) return []
    if (value.startsWith('gone')) return [[form + value, { reason: `${value}: the file is missing` }]]
    return [
      [form + value, { value: value.startsWith('none') ? null : form === 'address' ? `new:${value}` : `<${value}>` }],
    ]
  }
  return {
    asked,
    async prepare(form, texts) {
      asked.push([form, [...texts]])
      known = new Map([...known, ...[...texts].flatMap((t) => answer(form, t))])
    },
    find: (form, value) => known.get(form + value),
  }
}

const ROWS: readonly Texts[] = [
  ['/a.jpg', 'x'],
  ['/a.jpg', null],
  [null, ''],
  ['', 'x'],
  ['none', 'y'],
]

function run(rows: readonly Texts[], miss: Miss, files: StoreFiles, write = wireColumn('image', text)) {
  const fields: FieldStep[] = [
    { kind: 'file', at: 0, store: 'images', miss },
    { kind: 'file refs', at: 1, store: 'images', format: 'html' },
  ]
  const read = [wireColumn('img', text), wireColumn('body', text)]
  return mapAll(
    { read, write: [write, wireColumn('body', text)], fields },
    rows,
    context({ files: async () => files }),
    100,
  )
}

test('addresses and texts with addresses become new ones; what is empty is not asked for', async () => {
  const files = store()
  const found = await run(ROWS, { do: 'fail' }, files)
  expect(found.rejects).toEqual([])
  expect(found.rows).toEqual([
    ['new:/a.jpg', '<x>'],
    ['new:/a.jpg', null],
    [null, ''],
    ['', '<x>'],
    [null, '<y>'],
  ])
  expect(files.asked).toEqual([
    ['address', ['/a.jpg', 'none']],
    ['html', ['x', 'y']],
  ])
})

test('a file that cannot be had: reject with its reason, NULL, a default, or the end', async () => {
  const rows: readonly Texts[] = [
    ['gone.jpg', null],
    ['unknown.jpg', null],
    ['/a.jpg', 'gone'],
  ]
  const rejected = await run(rows, { do: 'reject' }, store())
  expect(rejected.rejects.map((r) => [r.column, r.reason])).toEqual([
    ['image', 'gone.jpg: the file is missing'],
    ['image', "'unknown.jpg' is not in the store images"],
    ['body', 'gone: the file is missing'],
  ])
  const kept = async (miss: Miss) => (await run(rows.slice(0, 2), miss, store())).rows.map((r) => r[0])
  expect(await kept({ do: 'null' })).toEqual([null, null])
  expect(await kept({ do: 'default', text: '/none.png' })).toEqual(['/none.png', '/none.png'])
  await expect(kept({ do: 'fail' })).rejects.toMatchObject({ code: 'LOOKUP_MISS' })
})
