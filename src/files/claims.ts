/** Names given out so that no two files get one: neither the same, nor two that some file system holds for the same. */
import { hash } from 'node:crypto'
import type { FileLedger, NameHolder } from '../core/file-ledger.ts'
import { gather } from './gather.ts'
import { fold, withSuffix } from './name.ts'

export interface Claim {
  readonly key: string
  /** What the ledger keeps unique; null where the name is shared with a file of the same content. */
  readonly claim: string | null
}

export interface Claims {
  /** Asks who has this name, so that `take` need not wait. */
  foresee(wanted: string): void
  /** A name for this file: the wanted one, or one with a suffix of its own. */
  take(file: { readonly id: string; readonly sha256: string; readonly wanted: string }): Promise<Claim>
  /** The file is not stored under it after all. */
  release(claim: string | null): void
}

const MOST_AT_ONCE = 500
/** Most is asked ahead, so nobody waits. */
const PACE = { every: 20, enough: 100 }
/** Milliseconds for which an answer of the ledger is trusted: other processes may give out names, too. */
const FRESH = 1000

interface Foreseen {
  readonly until: number
  readonly holder: Promise<NameHolder | null>
}

/** Claims of one store: those of the ledger and those of files that are under way. */
export function openClaims(store: string, ledger: Pick<FileLedger, 'holders'>): Claims {
  const underWay = new Map<string, NameHolder>()
  /** In the order in which they were asked. */
  const foreseen = new Map<string, Foreseen>()
  const ask = gather<string, NameHolder | null>(
    MOST_AT_ONCE,
    async (claims) => {
      const found = new Map((await ledger.holders(store, claims)).map((h) => [h.claim, h]))
      return claims.map((claim) => found.get(claim) ?? null)
    },
    PACE,
  )
  /** What was asked ahead where nobody took or gave back the name since, else what the ledger says now. */
  const holderOf = async (claim: string) => {
    const ahead = foreseen.get(claim)
    const holder = ahead !== undefined && performance.now() < ahead.until ? await ahead.holder : null
    const holds = ahead !== undefined && performance.now() < ahead.until && foreseen.get(claim) === ahead
    return holds ? holder : ask(claim)
  }
  return {
    foresee(wanted) {
      const now = performance.now()
      for (const [claim, { until }] of foreseen) {
        if (until > now) break
        foreseen.delete(claim)
      }
      const claim = fold(wanted)
      if (underWay.has(claim) || foreseen.has(claim)) return
      const holder = ask(claim)
      foreseen.set(claim, { until: now + FRESH, holder })
      // Whoever takes the name is told.
      holder.catch(() => {})
    },
    async take({ id, sha256, wanted }) {
      for (let tries = 0; ; tries++) {
        const key = tries === 0 ? wanted : withSuffix(wanted, suffix(id, tries))
        const claim = fold(key)
        const stored = underWay.has(claim) ? null : await holderOf(claim)
        // Another one may have come while the ledger was asked.
        const holder = underWay.get(claim) ?? stored
        if (holder === null || holder.id === id) {
          foreseen.delete(claim)
          underWay.set(claim, { claim, id, key, sha256 })
          return { key, claim }
        }
        if (holder.key === key && holder.sha256 === sha256) return { key, claim: null }
      }
    },
    release(claim) {
      if (claim === null) return
      underWay.delete(claim)
      // By now the ledger knows more.
      foreseen.delete(claim)
    },
  }
}

/** Longer with each try, and the same in every run. */
function suffix(id: string, tries: number): string {
  return `~${hash('sha256', id).slice(0, 4 + 4 * tries)}`
}
