/** What a store of naru.config.ts may hold. `${NAME}` stands for an environment variable in every text of `from` and `to`. */
import type { NamedFile } from '../files/store.ts'

/** A folder; relative paths start at the folder of the config. */
export interface FolderConfig {
  readonly folder: string
}

/** A bucket of Amazon S3 or of anything that speaks its protocol. */
export interface BucketConfig {
  readonly bucket: string
  /** What all names begin with. */
  readonly prefix?: string
  /** Where the service is; default: Amazon's own address of the region. */
  readonly endpoint?: string
  readonly region?: string
  /** Default: environment, shared files, container or instance role, as the AWS SDK looks for them. */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** A profile of the shared AWS files. */
  readonly profile?: string
  /** `endpoint/bucket/key` in place of `bucket.endpoint/key`; default: where there is an endpoint. */
  readonly pathStyle?: boolean
}

/** A bucket that is written to. */
export interface BucketTargetConfig extends BucketConfig {
  /** Canned access control of each object, such as `public-read`. */
  readonly acl?: string
  readonly cacheControl?: string
  /** A checksum that the service keeps beside each object; not everything that speaks S3 knows them. */
  readonly checksum?: 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256'
}

/** A web server. */
export interface WebConfig {
  readonly url: string
  /** Sent to this server alone, not after a redirect to another. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What becomes of an address whose file cannot be moved: the row is refused, gets NULL, keeps it, or gets another. */
export type FilePolicyConfig = 'fail' | 'null' | 'keep' | { readonly placeholder: string }

/** Files behind the rows: where they are, where they go, and what the rows then say. */
export interface StoreConfig {
  /** `https://…`, `s3://bucket/prefix?endpoint=…&region=…`, a folder, or one of these as an object. */
  readonly from: string | WebConfig | FolderConfig | BucketConfig
  /** `s3://…`, a folder, or one of these as an object. */
  readonly to: string | FolderConfig | BucketTargetConfig
  /**
   * What addresses of these files begin with, where that is not `from` itself; several where rows spell it in several ways: they mean the
   * same files. An address that begins with none of them leads `outside`.
   */
  readonly base?: string | readonly string[]
  /** What relative addresses start from; default: the first base. */
  readonly relativeTo?: string
  /** What rows get: an address to which the name is appended, or with `{key}` (the name percent-encoded) or `{path}` (as it is) in it. Default: the name alone. */
  readonly address?: string
  /** keep (default): the path below the base. hash: SHA-256 of the content, equal files stored once. Or a function. */
  readonly name?: 'keep' | 'hash' | ((file: NamedFile) => string)
  /** Files under way at once, each until it is noted in the ledger; default 64. */
  readonly concurrency?: number
  /** Requests at once for one host; default 8. */
  readonly perHost?: number
  /** Requests for a file after the first; default 4. */
  readonly retries?: number
  /** Seconds without a byte; default 30. */
  readonly timeout?: number
  /** Bytes of a file at most, also as `20MB`; default 5 GB. */
  readonly maxBytes?: number | string
  /** Content types that may be moved, such as `image/*`; checked against the first bytes, too. Default: all. */
  readonly types?: readonly string[]
  /** Policies; default fail. */
  readonly missing?: FilePolicyConfig
  readonly empty?: FilePolicyConfig
  readonly wrongType?: FilePolicyConfig
  readonly tooLarge?: FilePolicyConfig
  /** Addresses that lead elsewhere: keep (default), move them too (from the web), null, or fail. */
  readonly outside?: 'keep' | 'move' | 'null' | 'fail'
  /** `data:` addresses: keep (default), or move their content. */
  readonly inline?: 'keep' | 'move'
  /** Hosts that may have a private address: `localhost:8080`, `*.lan`, `10.0.0.7`. */
  readonly allowHosts?: readonly string[]
}

/**
 * Types and completion for a store; gives back what it is given.
 * @example
 * const images = store({
 *   from: 'https://old.example/',
 *   to: 's3://shop-images/products?region=ap-northeast-2',
 *   address: 'https://cdn.example/products',
 *   types: ['image/*'],
 *   missing: 'null',
 * })
 */
export function store(config: StoreConfig): StoreConfig {
  return config
}
