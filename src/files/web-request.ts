/** One GET. A small body is there with its headers; a large one comes as it is read, and no faster. */
import type { Dispatcher } from 'undici'

export interface WebResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Throws where it breaks off, after what came until then. */
  readonly body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Ends the body early, and its connection with it. */
  cancel(): void
}

/** Bytes of a body that is announced as so small that it is gathered. */
const SMALL = 256 * 1024
/** Bytes of a large body that wait for whoever reads it; beyond, the server waits. */
const MOST_HELD = 256 * 1024

interface Request {
  readonly dispatcher: Dispatcher
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
}

/** What came of a body, and has not been read. */
interface Incoming {
  chunks: Uint8Array[]
  held: number
  end: { readonly error: Error | null } | null
  /** Called when there is more. */
  wake: () => void
}

/** Asks; resolves with the first response that is none of those in between (1xx). Rejects where none comes. */
export function get(url: URL, { dispatcher, headers, signal }: Request): Promise<WebResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<WebResponse>()
  const incoming: Incoming = { chunks: [], held: 0, end: null, wake: () => {} }
  let response: WebResponse | null = null
  let most = SMALL
  let giveUp = () => {}
  const abort = () => giveUp()
  const end = (error: Error | null) => {
    signal.removeEventListener('abort', abort)
    incoming.end = { error }
    if (response !== null) resolve(response)
    else reject(error)
    incoming.wake()
  }
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      giveUp = () => controller.abort(new Error('it was given up'))
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', abort)
    },
    onResponseStart(controller, status, headers) {
      if (status < 200) return
      const small = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= SMALL
      const cancel = () => {
        if (incoming.end === null) controller.abort(new Error('nobody wants the rest'))
      }
      response = { status, headers, body: small ? gathered(incoming) : streamed(incoming, controller, cancel), cancel }
      if (small) return
      most = MOST_HELD
      resolve(response)
    },
    onResponseData(controller, chunk) {
      incoming.chunks.push(chunk)
      incoming.held += chunk.length
      if (incoming.held > most) controller.pause()
      incoming.wake()
    },
    onResponseEnd: () => end(null),
    onResponseError: (_, error) => end(error),
  }
  dispatcher.dispatch({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers }, handler)
  return promise
}

/** All that came, and why no more did. */
function* gathered(incoming: Incoming): Generator<Uint8Array> {
  yield* incoming.chunks
  if (incoming.end?.error) throw incoming.end.error
}

/** What comes, while it comes. */
async function* streamed(
  incoming: Incoming,
  controller: Dispatcher.DispatchController,
  cancel: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { chunks } = incoming
      Object.assign(incoming, { chunks: [], held: 0 })
      if (controller.paused) controller.resume()
      yield* chunks
      if (incoming.chunks.length > 0) continue
      if (incoming.end?.error) throw incoming.end.error
      if (incoming.end !== null) return
      await new Promise<void>((resolve) => {
        incoming.wake = resolve
      })
    }
  } finally {
    cancel()
  }
}
