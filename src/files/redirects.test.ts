import { expect, test } from 'vitest'
import { mapWriter, surveyMap } from './redirects.ts'

function written(format: 'nginx' | 'cloudfront', moves: readonly (readonly [string, string])[]): string {
  const survey = surveyMap()
  for (const [from] of moves) survey.add(from)
  const writer = mapWriter(format, 'my images', survey)
  return writer.head + moves.map(([from, to], i) => writer.entry({ from, to }, i === 0)).join('') + writer.tail
}

test('nginx: names that it would take for one become patterns, dollar signs are none of its variables', () => {
  const text = written('nginx', [
    ['https://old.example/A(1).png', '/m/A.png'],
    ['https://old.example/a(1).png', '/m/a~1.png'],
    ['https://old.example/b$1.png', '/m/b$1.png'],
    ['2024/c.png', '/m/c.png'],
  ])
  expect(text).toContain('"~^/A[(]1[)][.]png$" "/m/A.png";')
  expect(text).toContain('"~^/a[(]1[)][.]png$" "/m/a~1.png";')
  expect(text).toContain('"/b$1.png" "/m/b%241.png";')
  expect(text).toContain('"/2024/c.png" "/m/c.png";')
  expect(text).toContain('map $request_uri $naru_my_images {')
})

test('nginx: the head tells the sizes that the longest address and the number of all need', () => {
  const head = (moves: readonly (readonly [string, string])[]) => written('nginx', moves).split('\n')[0]
  expect(head([['https://old.example/a.png', '/a.png']])).toContain('map_hash_bucket_size 128; map_hash_max_size 2048;')
  const many = Array.from({ length: 3000 }, (_, i) => [`https://old.example/${'x'.repeat(300)}${i}.png`, '/a'] as const)
  expect(head(many)).toContain('map_hash_bucket_size 512; map_hash_max_size 8192;')
})

test('cloudfront: keys with their queries; what is too long is left out', () => {
  const moves = [['https://old.example/a.php?no=7', 'https://cdn.example/7.png']] as const
  expect(JSON.parse(written('cloudfront', moves))).toEqual({
    data: [{ key: '/a.php?no=7', value: 'https://cdn.example/7.png' }],
  })
  const writer = mapWriter('cloudfront', 'images', surveyMap())
  expect(writer.entry({ from: `https://old.example/${'x'.repeat(512)}`, to: '/a' }, true)).toBe(null)
})
