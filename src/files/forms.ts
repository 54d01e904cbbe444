/** How addresses stand in a column: as its whole value, or inside of HTML, Markdown or JSON. Parsers are loaded when they are needed. */
import type { FileLedger } from '../core/file-ledger.ts'
import { readAddress } from './address.ts'
import { idOf, resolveFiles } from './lookup.ts'
import type { FileOutcome } from './outcome.ts'
import { type Finder, type Ref, rewritten } from './rewrite.ts'
import type { NewValue } from './rewrite-column.ts'
import { jsonFinder } from './rewrite-json.ts'
import type { Addressing } from './store.ts'

/** plain: the value is an address. */
export type AddressForm = 'plain' | 'html' | 'markdown' | 'json'

/** What reads and rewrites the values of one column. Synchronous, so that a lane can call it for each row. */
export interface ValueForm {
  /** The addresses in a value that the store has to do with, as they are meant. */
  addresses(value: string): readonly string[]
  /** What a value becomes; `outcomes` has one for each of its addresses. */
  rewrite(value: string, outcomes: ReadonlyMap<string, FileOutcome>): NewValue
}

const plain: ValueForm = {
  addresses: (value) => [value],
  rewrite(value, outcomes) {
    const action = outcomes.get(value)?.action ?? { kind: 'keep' }
    if (action.kind === 'keep') return { value }
    if (action.kind === 'null') return { value: null }
    return action.kind === 'new' ? { value: action.address } : { reason: action.reason }
  },
}

async function finderFor(form: Exclude<AddressForm, 'plain'>): Promise<Finder> {
  const [parser, { htmlFinder, entityResolver }] = await Promise.all([import('parse5'), import('./rewrite-html.ts')])
  const html = htmlFinder(parser)
  if (form === 'html') return html
  if (form === 'json') return jsonFinder(html)
  const [micromark, { markdownFinder }] = await Promise.all([import('micromark'), import('./rewrite-markdown.ts')])
  return markdownFinder(micromark, html, entityResolver(parser))
}

/**
 * Opens a form for a store: `file()` columns are plain, `fileRefs()` columns the others. Inside of a text only addresses below the store's
 * bases are seen; NULL by policy leaves the old address there, for a part of a text cannot be NULL.
 */
export async function openForm(form: AddressForm, a: Addressing): Promise<ValueForm> {
  if (form === 'plain') return plain
  const find = await finderFor(form)
  const wanted = (address: string) => idOf(readAddress(address, { ...a, outside: 'keep' })) !== null
  const refs = (value: string): readonly Ref[] => find(value, wanted)
  return {
    addresses: (value) => [...new Set(refs(value).map((ref) => ref.address))],
    rewrite(value, outcomes) {
      const found = refs(value)
      for (const { address } of found) {
        const action = outcomes.get(address)?.action
        if (action?.kind === 'reject') return { reason: action.reason }
      }
      const next = (address: string) => {
        const action = outcomes.get(address)?.action
        return action?.kind === 'new' ? action.address : null
      }
      return { value: rewritten(value, found, next) }
    },
  }
}

/** New values for many, from the ledger alone: one query for up to 1,000 files. Addresses among `kept` stay as they are. */
export async function newValues(
  values: readonly string[],
  form: ValueForm,
  a: Addressing,
  ledger: Pick<FileLedger, 'find'>,
  kept: ReadonlySet<string> = new Set(),
): Promise<readonly NewValue[]> {
  const addresses = [...new Set(values.flatMap((value) => form.addresses(value)))].filter((x) => !kept.has(x))
  const outcomes = new Map((await resolveFiles(addresses, a, ledger)).map((o) => [o.address, o]))
  return values.map((value) => form.rewrite(value, outcomes))
}
