/** Where files lie now: what a mapping asks of `files/`. */

/** Addresses of one store. */
export interface FileAddresses {
  /** Makes the answers for these addresses ready. */
  prepare(addresses: ReadonlySet<string>): Promise<void>
  /** Where the file of an address lies now, null: nowhere, and NULL takes its place; undefined: no answer (`miss` decides). */
  find(address: string): string | null | undefined
  /** Addresses in a text. */
  addressesIn(text: string, format: 'html' | 'markdown' | 'json'): Iterable<string>
  /** The text with each address replaced for which `find` gives another. */
  rewrite(
    text: string,
    format: 'html' | 'markdown' | 'json',
    find: (address: string) => string | null | undefined,
  ): string
}
