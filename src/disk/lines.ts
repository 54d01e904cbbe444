/** Lines of a file, which end with LF or CRLF and with nothing else: texts may hold U+2028, which node:readline takes for an end too. */
import { StringDecoder } from 'node:string_decoder'

/** The lines without their ends, as UTF-8. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of chunks) {
    const seen = rest.length
    rest += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    let from = 0
    for (let at = rest.indexOf('\n', seen); at >= 0; at = rest.indexOf('\n', from)) {
      yield rest.slice(from, rest[at - 1] === '\r' && at > from ? at - 1 : at)
      from = at + 1
    }
    rest = rest.slice(from)
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}
