/** Files of a bucket. */

import type { Readable } from 'node:stream'
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { candidates } from './folder-source.ts'
import { s3Client, s3Failure } from './s3-client.ts'
import { plainType } from './sniff.ts'
import type { Answer, Asked, FileSource } from './source.ts'
import type { Limits, S3Place } from './store.ts'

/** A bucket as a source. Loads the SDK when it is first asked. */
export function s3Source(place: S3Place, limits: Limits): FileSource {
  let made: Promise<S3Client> | undefined
  const client = () => {
    made ??= s3Client(place, limits.timeout)
    return made
  }
  return {
    host: () => place.endpoint ?? place.bucket,
    async open(asked) {
      const names = candidates(asked.path ?? '')
      if (names.length === 0) return { kind: 'refused', why: 'the path leads out of the bucket' }
      for (const name of names) {
        const answer = await get(await client(), place, name, asked)
        if (answer.kind !== 'missing') return answer
      }
      return { kind: 'missing', why: 'no such object' }
    },
    async close() {
      if (made !== undefined) (await made).destroy()
    },
  }
}

async function get(client: S3Client, place: S3Place, name: string, asked: Asked): Promise<Answer> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3')
  const { from, unless } = asked
  const command = new GetObjectCommand({
    Bucket: place.bucket,
    Key: place.prefix + name,
    ...(from !== null && { Range: `bytes=${from.offset}-`, IfMatch: from.etag }),
    ...(unless?.etag != null && { IfNoneMatch: unless.etag }),
  })
  try {
    return content(await client.send(command, { abortSignal: asked.signal }))
  } catch (error) {
    const { status, why } = s3Failure(error)
    if (status === 304) return { kind: 'unchanged' }
    // Without the right to list, Amazon answers 403 for what is not there; which of the two it is cannot be told, so it is no 404.
    if (status === 404) return { kind: 'missing', why }
    if (status === 412 || status === 416) return { kind: 'again', why, after: null, anew: true }
    if (status !== null && status < 500 && status !== 429) return { kind: 'failed', why }
    throw error
  }
}

function content(out: GetObjectCommandOutput): Answer {
  const body = out.Body as Readable
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(out.ContentRange ?? '')
  return {
    kind: 'content',
    body,
    offset: range === null ? 0 : Number(range[1]),
    total: range === null ? (out.ContentLength ?? null) : Number(range[2]),
    type: plainType(out.ContentType),
    etag: out.ETag ?? null,
    modified: out.LastModified?.toUTCString() ?? null,
    cancel: () => void body.on('error', () => {}).destroy(),
  }
}
