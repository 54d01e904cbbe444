/**
 * A plain loop over the files of the benchmark, as a process of its own like naru: `node bench/file-loop.ts KIND SIZE FILES WEB TO`. Prints the
 * milliseconds that the loop took.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Agent, request } from 'undici'
import { AT_ONCE, BYTES, IN_ALL, LOGIN, type Size } from './file-scenarios.ts'

const [kind, size, files, web, to] = process.argv.slice(2) as [string, Size, string, string, string]
const dispatcher = new Agent({ connections: AT_ONCE })
const fetched = async (n: number) => (await request(`${web}${size}/${n}.png`, { dispatcher })).body
const content = async (n: number) => Buffer.from(await (await fetched(n)).arrayBuffer())
const nothing = Buffer.alloc(BYTES[size], 'naru')
const client = new S3Client({ endpoint: to, credentials: LOGIN, region: 'us-east-1', forcePathStyle: true })

async function thrownAway(n: number): Promise<void> {
  let bytes = 0
  for await (const chunk of await fetched(n)) bytes += chunk.length
  if (bytes !== BYTES[size]) throw new Error(`${bytes} bytes came`)
}

async function put(n: number): Promise<void> {
  const Key = `plain-${process.pid}/${n}.png`
  await client.send(new PutObjectCommand({ Bucket: 'bench', Key, Body: await content(n) }))
}

const WORK: Readonly<Record<string, (n: number) => Promise<void>>> = {
  requests: thrownAway,
  disk: (n) => writeFile(join(to, `${n}.png`), nothing, { flush: true }),
  write: async (n) => writeFile(join(to, `${n}.png`), await content(n)),
  sync: async (n) => writeFile(join(to, `${n}.png`), await content(n), { flush: true }),
  put,
}

const began = performance.now()
let next = 0
async function worker(): Promise<void> {
  while (next < Number(files)) await WORK[kind](next++)
}
await Promise.all(Array.from({ length: IN_ALL }, worker))
console.log(performance.now() - began)
process.exit()
