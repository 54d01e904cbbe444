/** What every place that files are read from looks like. */

/** One request for one file. */
export interface Asked {
  readonly url: string
  /** Path and query below the store's base, percent-encoded; null for an address elsewhere. */
  readonly path: string | null
  /** Bytes that are there already, and what the source called the version that they are of. */
  readonly from: { readonly offset: number; readonly etag: string } | null
  /** The version that is at the destination: told `unchanged` where it is still that one. */
  readonly unless: { readonly etag: string | null; readonly modified: string | null } | null
  readonly signal: AbortSignal
}

export interface Content {
  readonly kind: 'content'
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** Where the body begins: as asked, or 0. */
  readonly offset: number
  /** Bytes of the whole file; null where the source does not say. */
  readonly total: number | null
  readonly type: string | null
  /** Set only where it names exactly these bytes. */
  readonly etag: string | null
  readonly modified: string | null
  /** Ends the body early. */
  cancel(): void
}

export type Answer =
  | Content
  /** Not there (404, 410, no such file). */
  | { readonly kind: 'missing'; readonly why: string }
  /** Must not be asked for. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unchanged' }
  /** Asking again would bring the same. */
  | { readonly kind: 'failed'; readonly why: string }
  /** To be asked again, `after` so many milliseconds where the source says so; `anew`: from the first byte. */
  | { readonly kind: 'again'; readonly why: string; readonly after: number | null; readonly anew: boolean }

export interface FileSource {
  /** What the limit per host counts by. */
  host(url: string): string
  /** Throws where the connection fails; the body throws where it breaks off. Both may be tried again. */
  open(asked: Asked): Promise<Answer>
  close(): Promise<void>
}
