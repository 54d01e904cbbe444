/** Renames of a plan: those that were told, without those that are done, and those that somebody is asked about. */
import type { ApplyOptions, RenameHint } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Schema } from '../../core/schema.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import { renameCandidates } from '../../diff/rename-candidates.ts'
import { resolveRenames } from '../../diff/renames.ts'
import { askRenames } from '../diff.ts'
import { candidateText } from '../report/diff-verdict.ts'
import { differenceOf, plannerOf } from './difference.ts'

function fits(texts: readonly string[], from: Schema, to: Schema): boolean {
  try {
    resolveRenames(texts, from, to)
    return true
  } catch (error) {
    if (error instanceof NaruError && error.code === 'USAGE') return false
    throw error
  }
}

/** Tables under which a column may be found: as it was called, and as other renames call it. */
function homes(home: string, all: readonly string[]): string[] {
  return [home, ...all.filter((t) => t.startsWith(`${home}=`)).map((t) => t.slice(home.length + 1))]
}

/** A rename as it reads when renames before it are done already (`open`), and a form that fits when it is done itself (`done`). */
function readings(text: string, all: readonly string[]): { readonly open: string[]; readonly done: string[] } {
  const at = text.indexOf('=')
  const [old, now] = [text.slice(0, at), text.slice(at + 1)]
  const dot = old.lastIndexOf('.')
  if (dot < 0) return { open: [text], done: [`${now}=${now}`] }
  const [name, column] = [now.slice(now.lastIndexOf('.') + 1), old.slice(dot + 1)]
  const tables = homes(old.slice(0, dot), all)
  return { open: tables.map((h) => `${h}.${column}=${name}`), done: tables.map((h) => `${h}.${name}=${name}`) }
}

/**
 * The renames that are still to be done: the same command can be run again after it broke off. What fits neither before nor after stays,
 * to be refused.
 */
export function openRenames(texts: readonly string[], from: Schema, to: Schema): string[] {
  if (texts.length === 0 || fits(texts, from, to)) return [...texts]
  return texts.flatMap((text) => {
    const { open, done } = readings(text, texts)
    const still = open.find((t) => fits([t], from, to))
    if (still !== undefined) return [still]
    return done.some((t) => fits([t], from, to)) ? [] : [text]
  })
}

/** All renames that hold, asking where somebody is there to be asked. */
export async function settledRenames(
  database: Database,
  sides: { readonly from: Schema; readonly to: Schema },
  o: ApplyOptions,
  ask: ((candidate: RenameCandidate) => Promise<boolean>) | undefined,
): Promise<readonly string[]> {
  const { normalize } = plannerOf(database)
  const told = openRenames(o.rename ?? [], normalize(sides.from), normalize(sides.to))
  if (ask === undefined) return told
  return askRenames(told, ask, (rename) => differenceOf(database, sides.from, sides.to, { ...o, rename }).changes)
}

/** What is dropped and made anew, and may be one and the same. */
export function renameHints(changes: Parameters<typeof renameCandidates>[0]): RenameHint[] {
  return renameCandidates(changes).map((candidate) => {
    const { question, evidence, option } = candidateText(candidate)
    return { what: `${question} (${evidence})`, flag: option }
  })
}
