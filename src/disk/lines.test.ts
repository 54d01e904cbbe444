import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'

test('lines end with LF or CRLF alone, wherever the pieces are cut', async () => {
  const lines = ['{"a":"x\u2028y\u2029z\u0085"}', '', '"한 😀"', '"\\r"', 'last']
  for (const [end, tail] of [
    ['\n', ''],
    ['\r\n', '\n'],
  ]) {
    const bytes = Buffer.from(lines.join(end) + tail)
    for (const size of [1, 3, 7, 1000]) {
      const found: string[] = []
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      for await (const line of linesOf(pieces())) found.push(line)
      expect(found).toEqual(lines)
    }
  }
})
