/** Where files lie now: what a mapping asks of `files/`. */

/** How addresses stand in a value: as the whole of it, or inside of a text. */
export type FileForm = 'address' | 'html' | 'markdown' | 'json'

/** What a value becomes; `reason`: why it cannot become anything. */
type NewText = { readonly value: string | null } | { readonly reason: string }

/** The files of one store, as they stand in its ledger. Nothing is fetched. */
export interface StoreFiles {
  /** Makes the new values of these texts ready, and forgets earlier ones; the calls of a batch are one for each form. */
  prepare(form: FileForm, texts: ReadonlySet<string>): Promise<void>
  /** The new value of a text that was made ready. */
  find(form: FileForm, text: string): NewText | undefined
}
