/** Maps of old to new addresses, in the forms that web servers read. Pure. */
import { createHash } from 'node:crypto'

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

/** Inside of quotes of nginx. */
const nginxText = (text: string) =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]/g, '')}"`

/** In a value a dollar sign would begin a variable and cannot be escaped, so it is percent-encoded. */
const nginxValue = (text: string) => nginxText(text.replaceAll('$', '%24'))

/** Names of nginx variables are words. */
const nginxName = (store: string) => `$naru_${store.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')}`

/** A regular expression of nginx for one address: those, it tells apart by case. */
const nginxPattern = (text: string) => nginxText(`~^${text.replaceAll(/[.?+*()[\]{}|$]/g, '[$&]')}$`)

const powerOfTwo = (least: number) => 2 ** Math.ceil(Math.log2(least))

/** What must be known of all addresses before the first is written. */
export interface MapSurvey {
  add(from: string): void
  /** Whether nginx would take another address for this one: it ignores case. */
  isAmbiguous(from: string): boolean
  readonly entries: number
  /** Bytes of the longest address. */
  readonly longest: number
}

/** A survey of nothing yet. Memory: a number for each address. */
export function surveyMap(): MapSurvey {
  const seen = new Set<number>()
  const twice = new Set<number>()
  let entries = 0
  let longest = 0
  const fold = (from: string) => createHash('sha256').update(asked(from).toLowerCase()).digest().readUIntBE(0, 6)
  return {
    add(from) {
      const folded = fold(from)
      if (seen.has(folded)) twice.add(folded)
      seen.add(folded)
      entries++
      longest = Math.max(longest, Buffer.byteLength(asked(from)))
    },
    isAmbiguous: (from) => twice.has(fold(from)),
    get entries() {
      return entries
    },
    get longest() {
      return longest
    },
  }
}

/** The head says what nginx must be told, once for all of its maps, to hold so many addresses of such a length. */
function nginxHead(name: string, { entries, longest }: MapSurvey): string {
  const sizes = `map_hash_bucket_size ${powerOfTwo(longest + 64)}; map_hash_max_size ${powerOfTwo(Math.max(2048, entries * 2))};`
  return `# Within http { }, once for all maps: ${sizes}
# Within http { }: include this file. Within server { }: if (${name}) { return 301 ${name}; }
map $request_uri ${name} {
  default "";
`
}

/** What writes a map in a format; `store` names it, `survey` has seen all that will be written. */
export function mapWriter(format: MapFormat, store: string, survey: MapSurvey): MapWriter {
  switch (format) {
    case 'json':
      return {
        head: '{',
        entry: ({ from, to }, first) => `${first ? '' : ','}\n  ${JSON.stringify(from)}: ${JSON.stringify(to)}`,
        tail: '\n}\n',
      }
    case 'nginx': {
      const name = nginxName(store)
      const key = (from: string) => (survey.isAmbiguous(from) ? nginxPattern(asked(from)) : nginxText(asked(from)))
      return {
        head: nginxHead(name, survey),
        entry: ({ from, to }) => `  ${key(from)} ${nginxValue(to)};\n`,
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
