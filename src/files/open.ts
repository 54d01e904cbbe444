/** A store's source and destination, opened. Clients of the web and of S3 are loaded when they are first asked. */
import type { Destination } from './destination.ts'
import { folderDestination } from './folder-destination.ts'
import { folderSource } from './folder-source.ts'
import { inlineAnswer } from './inline.ts'
import { s3Destination } from './s3-destination.ts'
import { s3Source } from './s3-source.ts'
import type { FileSource } from './source.ts'
import type { Store } from './store.ts'
import { webSource } from './web-source.ts'

/** Where a store's files are read. */
export function openSource(store: Store): FileSource {
  const source = sourceOf(store)
  return {
    ...source,
    open: (asked) => (asked.url.startsWith('data:') ? Promise.resolve(inlineAnswer(asked.url)) : source.open(asked)),
  }
}

function sourceOf({ from, limits, allowHosts }: Store): FileSource {
  if (from.kind === 'folder') return folderSource(from.path)
  return from.kind === 's3' ? s3Source(from, limits) : webSource(from, limits, allowHosts)
}

/** Where they go. */
export function openDestination({ to, limits }: Store): Destination {
  return to.kind === 'folder' ? folderDestination(to.path) : s3Destination(to, limits)
}
