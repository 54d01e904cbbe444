/** A server for the benchmark of files, as a process of its own: `node bench/file-server.ts web|s3 FOLDER`. Prints its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

/** `/small/7.png` and `/large/7.png`: other bytes for each number, made from one buffer. */
async function web(): Promise<number> {
  const bodies = { small: Buffer.alloc(5_000, 'naru'), large: Buffer.alloc(2_000_000, 'naru') }
  const server = createServer((request, response) => {
    const [, size, number = '0'] = /^\/(small|large)\/(\d+)\.png$/.exec(request.url ?? '') ?? []
    const body = size === 'small' || size === 'large' ? bodies[size] : null
    if (body === null) return void response.writeHead(404).end()
    const head = Buffer.concat([PNG, Buffer.from(number.padStart(8, '0'))])
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': head.length + body.length })
    response.write(head)
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function s3(directory: string): Promise<number> {
  const { default: S3rver } = await import('s3rver')
  const configureBuckets = [{ name: 'bench' }]
  const { port } = await new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets }).run()
  return port
}

const [kind, folder] = process.argv.slice(2)
console.log(await (kind === 's3' ? s3(folder) : web()))
