/** A bucket as a destination. An object appears whole or not at all: one PutObject, or the parts of an upload that is completed at its end. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { ObjectCannedACL, S3Client } from '@aws-sdk/client-s3'
import { temporaryFolder } from '../disk/temporary-folder.ts'
import type { Destination, StoredObject } from './destination.ts'
import { s3Client, s3Failure } from './s3-client.ts'
import type { Spooled } from './spool.ts'
import type { Limits, S3Place } from './store.ts'

/** Files beyond this go in parts of this size, one part in memory at a time. */
const PART = 8 * 1024 * 1024
const MOST_PARTS = 10_000

/** A bucket; it must be there. Loads the SDK when it is first asked. */
export function s3Destination(place: S3Place, limits: Limits): Destination {
  let temporary: Promise<string> | undefined
  let made: Promise<S3Client> | undefined
  const client = () => {
    made ??= s3Client(place, limits.timeout)
    return made
  }
  const at = (key: string) => ({ Bucket: place.bucket, Key: place.prefix + key })
  return {
    md5: place.checksum === undefined,
    temporary() {
      temporary ??= temporaryFolder('files')
      return temporary
    },
    put: async (key, file, type) => put(await client(), { ...at(key), ...facts(place, type) }, file),
    head: async (key) => head(await client(), at(key), key),
    async read(key) {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3')
      const out = await (await client()).send(new GetObjectCommand(at(key)))
      return out.Body as unknown as AsyncIterable<Uint8Array>
    },
    list: () => list(client, place),
    async close() {
      if (temporary !== undefined) await rm(await temporary, { recursive: true, force: true })
      if (made !== undefined) (await made).destroy()
    },
  }
}

function facts(place: S3Place, type: string | null) {
  return {
    ...(type !== null && { ContentType: type }),
    ...(place.acl !== undefined && { ACL: place.acl as ObjectCannedACL }),
    ...(place.cacheControl !== undefined && { CacheControl: place.cacheControl }),
    ...(place.checksum !== undefined && { ChecksumAlgorithm: place.checksum }),
  }
}

async function put(client: S3Client, to: { Bucket: string; Key: string }, file: Spooled): Promise<void> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3')
  if (file.bytes > PART) return upload(client, to, file)
  const { readFile } = await import('node:fs/promises')
  const Body = typeof file.content === 'string' ? await readFile(file.content) : file.content
  const command = new PutObjectCommand({ ...to, Body, ...(file.md5 !== null && { ContentMD5: file.md5 }) })
  // Signed with what was hashed on the way: the service refuses anything else.
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-amz-content-sha256'] = file.sha256
      return next(args)
    },
    { step: 'build', name: 'signedContent' },
  )
  await client.send(command)
}

/** Parts are signed with their SHA-256, each; what was begun is given up where one fails. */
async function upload(client: S3Client, to: { Bucket: string; Key: string }, file: Spooled): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage')
  const partSize = Math.max(PART, Math.ceil(file.bytes / MOST_PARTS))
  const Body = createReadStream(file.content as string, { highWaterMark: 256 * 1024 })
  await new Upload({ client, params: { ...to, Body }, queueSize: 1, partSize, leavePartsOnError: false }).done()
  const stored = await head(client, to, to.Key)
  if (stored?.bytes !== file.bytes)
    throw new Error(`${file.bytes} bytes were sent, ${stored?.bytes ?? 'none'} are there`)
}

async function head(client: S3Client, at: { Bucket: string; Key: string }, key: string): Promise<StoredObject | null> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3')
  try {
    return { key, bytes: (await client.send(new HeadObjectCommand(at))).ContentLength ?? 0 }
  } catch (error) {
    if (s3Failure(error).status === 404) return null
    throw error
  }
}

async function* list(client: () => Promise<S3Client>, place: S3Place): AsyncIterable<StoredObject> {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3')
  const pages = paginateListObjectsV2({ client: await client() }, { Bucket: place.bucket, Prefix: place.prefix })
  for await (const page of pages) {
    for (const { Key = '', Size = 0 } of page.Contents ?? []) yield { key: Key.slice(place.prefix.length), bytes: Size }
  }
}
