/** What a store is: where files are read, where they go, and what may be moved. Plain data but for a function that names files. */

/** Files behind web addresses. */
export interface WebPlace {
  readonly kind: 'web'
  /** The address that files lie beneath, with a slash at its end. */
  readonly url: string
  /** Sent to this address's own host alone, never after a redirect to another. */
  readonly headers: Readonly<Record<string, string>>
}

/** A folder, by its absolute path. */
export interface FolderPlace {
  readonly kind: 'folder'
  readonly path: string
}

/** A bucket of Amazon S3 or of anything that speaks its protocol. Credentials that are absent come from where the AWS SDK finds them. */
export interface S3Place {
  readonly kind: 's3'
  readonly bucket: string
  /** '' or with a slash at its end. */
  readonly prefix: string
  readonly endpoint?: string
  readonly region?: string
  readonly profile?: string
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly pathStyle?: boolean
  readonly acl?: string
  readonly cacheControl?: string
  /** A checksum that the service keeps beside the object, where it can. */
  readonly checksum?: 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256'
}

/** What becomes of a row's address whose file cannot be moved. fail: the row is refused; keep: the old address stays. */
export type FilePolicy = 'fail' | 'null' | 'keep' | { readonly placeholder: string }

/** What a function that names files is told. */
export interface NamedFile {
  /** The address in its one spelling. */
  readonly source: string
  /** Path below the store's base, decoded: `2024/사진 1.jpg`. */
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  /** From the content where that can be told, else as the source says. */
  readonly type: string | null
  /** With the dot, `.jpg`; '' where neither type nor name tells. */
  readonly extension: string
}

/** What reading and writing addresses takes: plain data that can be handed to a worker thread. */
export interface Addressing {
  readonly store: string
  /** Addresses that the files lie beneath; the first is the one that the others are rewritten to. */
  readonly bases: readonly string[]
  /** What relative addresses start from. */
  readonly relativeTo: string
  /** What becomes of an address that leads elsewhere. */
  readonly outside: 'keep' | 'move' | 'null' | 'fail'
  /** What becomes of files that are written out in the address itself (`data:`). */
  readonly inline: 'keep' | 'move'
  /** New address: `{key}` is the object's name percent-encoded, `{path}` the name as it is. */
  readonly address: string
  readonly policies: Readonly<Record<Settled, FilePolicy>>
}

/** States that a policy settles. */
export type Settled = 'missing' | 'empty' | 'wrong-type' | 'too-large'

export interface Limits {
  /** Files under way at once in all, each until it is noted; requests at once per host. */
  readonly concurrency: number
  readonly perHost: number
  /** Further requests for one file after the first. */
  readonly retries: number
  /** Milliseconds without a byte. */
  readonly timeout: number
  /** Bytes a file may have. */
  readonly maxBytes: number
}

export interface Store {
  readonly name: string
  readonly from: WebPlace | FolderPlace | S3Place
  readonly to: FolderPlace | S3Place
  readonly addressing: Addressing
  readonly naming: 'keep' | 'hash' | ((file: NamedFile) => string)
  /** Content types that may be moved, such as `image/*`; null: all. */
  readonly types: readonly string[] | null
  /** Hosts that may have a private address. */
  readonly allowHosts: readonly string[]
  readonly limits: Limits
}
