/** An S3 endpoint of this machine with one bucket. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { BucketConfig } from '../../src/app/store-form.ts'

export interface S3Server extends AsyncDisposable {
  /** The bucket as a store of the config names it. */
  readonly bucket: BucketConfig
}

/** A server on a free port; its objects are gone with it. */
export async function s3Server(name = 'shop'): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'naru-s3-'))
  const buckets = [{ name }]
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: buckets })
  const { port } = await server.run()
  return {
    bucket: {
      bucket: name,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
