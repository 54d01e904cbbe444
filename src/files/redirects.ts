/** Maps of old to new addresses, in the forms that web servers read. Pure. */

interface Move {
  /** The address as the ledger has it. */
  readonly from: string
  readonly to: string
}

export type MapFormat = 'json' | 'nginx' | 'cloudfront'

/** Bytes of a key and of a value in a CloudFront KeyValueStore. */
const MOST_KEY = 512
const MOST_VALUE = 1024

export interface MapWriter {
  readonly head: string
  /** The text of one entry; null where the format cannot hold it. */
  entry(move: Move, first: boolean): string | null
  readonly tail: string
}

/** Path and query of an address, as a browser asks for it. */
function asked(address: string): string {
  if (!/^https?:\/\//.test(address)) return address.startsWith('/') ? address : `/${address}`
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** Inside of quotes of nginx; a dollar sign would begin a variable and cannot be escaped, so it is percent-encoded. */
const nginxText = (text: string) =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('$', '%24')
    .replaceAll(/[\r\n]/g, '')}"`

/** Names of nginx variables are words. */
const nginxName = (store: string) => `$naru_${store.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')}`

/** What writes a map in a format; `store` names it. */
export function mapWriter(format: MapFormat, store: string): MapWriter {
  switch (format) {
    case 'json':
      return {
        head: '{',
        entry: ({ from, to }, first) => `${first ? '' : ','}\n  ${JSON.stringify(from)}: ${JSON.stringify(to)}`,
        tail: '\n}\n',
      }
    case 'nginx': {
      const name = nginxName(store)
      return {
        head: `# Within http { }. Within server { }: if (${name}) { return 301 ${name}; }\nmap $request_uri ${name} {\n  default "";\n`,
        entry: ({ from, to }) => `  ${nginxText(asked(from))} ${nginxText(to)};\n`,
        tail: '}\n',
      }
    }
    case 'cloudfront':
      return {
        head: '{\n  "data": [',
        entry({ from, to }, first) {
          const key = asked(from)
          if (Buffer.byteLength(key) > MOST_KEY || Buffer.byteLength(to) > MOST_VALUE) return null
          return `${first ? '' : ','}\n    ${JSON.stringify({ key, value: to })}`
        },
        tail: '\n  ]\n}\n',
      }
  }
}
