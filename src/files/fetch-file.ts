/** One file from its source into a spool: asked again where that may help, resumed where it broke off, checked before it counts. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileState } from '../core/file-ledger.ts'
import { isAmong, SNIFFED, settleType, sniff } from './sniff.ts'
import type { Answer, Asked, Content, FileSource } from './source.ts'
import type { Spool, Spooled } from './spool.ts'
import type { Limits } from './store.ts'

export type Fetched =
  | {
      readonly kind: 'content'
      readonly file: Spooled
      readonly type: string | null
      readonly etag: string | null
      readonly modified: string | null
    }
  | { readonly kind: 'unchanged' }
  /** Not to be had, or not to be moved. */
  | { readonly kind: 'not'; readonly state: Exclude<FileState, 'pending' | 'done'>; readonly why: string }

export interface FetchOptions {
  readonly source: FileSource
  readonly url: string
  readonly path: string | null
  readonly unless: Asked['unless']
  readonly limits: Limits
  readonly types: readonly string[] | null
  readonly signal: AbortSignal
  /** Told when the host wants a pause, in milliseconds. */
  readonly pause: (ms: number) => void
  /** Told of each piece of content. */
  readonly progress: (bytes: number) => void
}

/** Waits grow from here, doubling, up to there. */
const FIRST_WAIT = 250
const MOST_WAIT = 30_000
/** A host that wants to be left alone longer than this is given up for now. */
const MOST_ASKED = 120_000

type NotMoved = Extract<Fetched, { kind: 'not' }>
type Again = Extract<Answer, { kind: 'again' }>

const not = (state: NotMoved['state'], why: string): NotMoved => ({ kind: 'not', state, why })

/** What a try that may be made again left behind. */
interface Rest {
  /** The version that the spool holds the beginning of; null: nothing of use. */
  etag: string | null
}

/** Brings one file into `spool`. Never throws for what source and network do; `attempts`: requests made. */
export async function fetchFile(
  o: FetchOptions,
  spool: Spool,
): Promise<{ readonly fetched: Fetched; readonly attempts: number }> {
  const rest: Rest = { etag: null }
  for (let attempts = 1; ; attempts++) {
    const result = await attempt(o, spool, rest)
    if (result.kind !== 'again') return { fetched: result, attempts }
    const tooLong = result.after !== null && result.after > MOST_ASKED
    if (attempts > o.limits.retries || tooLong || o.signal.aborted) {
      const why = `${result.why}, ${attempts === 1 ? 'asked once' : `asked ${attempts} times`}`
      return { fetched: not('failed', tooLong ? `${result.why}, asked to wait ${result.after} ms` : why), attempts }
    }
    if (result.after !== null) o.pause(result.after)
    await sleep(waitFor(attempts, result.after), undefined, { signal: o.signal }).catch(() => {})
  }
}

/** Half of the wait is chance, so that many do not come back at once. */
function waitFor(attempts: number, after: number | null): number {
  const step = Math.min(MOST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
  return (after ?? 0) + step / 2 + Math.random() * (step / 2)
}

async function attempt(o: FetchOptions, spool: Spool, rest: Rest): Promise<Fetched | Again> {
  try {
    const from = rest.etag === null || spool.bytes === 0 ? null : { offset: spool.bytes, etag: rest.etag }
    const answer = await o.source.open({ url: o.url, path: o.path, from, unless: o.unless, signal: o.signal })
    switch (answer.kind) {
      case 'content':
        return await take(o, spool, rest, answer)
      case 'missing':
      case 'refused':
      case 'failed':
        return not(answer.kind, answer.why)
      case 'again':
        if (answer.anew) rest.etag = null
        return answer
      case 'unchanged':
        return answer
    }
  } catch (error) {
    return { kind: 'again', why: reason(error), after: null, anew: false }
  }
}

/** The error's own words and its cause's. */
function reason(error: unknown): string {
  const e = error as Error & { code?: string }
  const inner = e.cause instanceof Error ? `: ${e.cause.message}` : ''
  const text = `${e.message || e.code || e.name}${inner}`
  return text.replaceAll(/\s+/g, ' ').slice(0, 500)
}

async function take(o: FetchOptions, spool: Spool, rest: Rest, content: Content): Promise<Fetched | Again> {
  const most = o.limits.maxBytes
  const tooLarge = (bytes: number) => not('too-large', `${bytes} bytes, at most ${most} are allowed`)
  if (content.total !== null && content.total > most) return stop(content, tooLarge(content.total))
  if (content.offset !== spool.bytes) await spool.restart()
  rest.etag = content.etag
  for await (const chunk of content.body) {
    await spool.write(chunk)
    o.progress(chunk.length)
    if (spool.bytes > most) return stop(content, not('too-large', `more than ${most} bytes`))
    const wrong = spool.bytes >= SNIFFED ? wrongType(o, content, spool) : null
    if (wrong !== null) return stop(content, wrong)
  }
  if (content.total !== null && content.total !== spool.bytes) {
    const why = `${spool.bytes} bytes came, ${content.total} were announced`
    if (spool.bytes > content.total) rest.etag = null
    return { kind: 'again', why, after: null, anew: false }
  }
  if (spool.bytes === 0) return not('empty', '0 bytes')
  return wrongType(o, content, spool) ?? (await whole(content, spool))
}

function stop(content: Content, result: NotMoved): NotMoved {
  content.cancel()
  return result
}

async function whole(content: Content, spool: Spool): Promise<Fetched> {
  const { type } = settleType(content.type, sniff(spool.head()))
  return { kind: 'content', file: await spool.finish(), type, etag: content.etag, modified: content.modified }
}

function wrongType(o: FetchOptions, content: Content, spool: Spool): NotMoved | null {
  if (o.types === null) return null
  const shown = sniff(spool.head())
  const { type, wrong } = settleType(content.type, shown)
  if (!wrong && isAmong(type, o.types)) return null
  if (wrong) return not('wrong-type', `declared as ${type}, which its first bytes are not`)
  const declared = content.type === null || content.type === type ? '' : `, declared as ${content.type}`
  return not('wrong-type', `it is ${type ?? 'of a type that nothing tells'}${declared}`)
}
