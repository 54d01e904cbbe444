/** Options of plan, copy and verify from the config and the command line, made one. */
import type { CopyOptions } from '../core/options.ts'
import type { CopyConfig } from './config-form.ts'
import { parseRate } from './rate.ts'

/** The config's `copy` as CopyOptions. */
export function fromConfig(config: CopyConfig = {}): CopyOptions {
  const { casts, rate, ...rest } = config
  return {
    ...rest,
    ...(casts !== undefined && { casts: listCasts(casts) }),
    ...ratesOf(rate),
  }
}

function ratesOf(rate: CopyConfig['rate']): Pick<CopyOptions, 'rate' | 'rowRate'> {
  const { rows, bytes } = (typeof rate === 'string' ? parseRate(rate) : { bytes: rate, rows: undefined }) ?? {}
  return { ...(bytes !== undefined && { rate: bytes }), ...(rows !== undefined && { rowRate: rows }) }
}

function listCasts(casts: NonNullable<CopyConfig['casts']>): readonly string[] {
  if (Array.isArray(casts)) return casts
  return Object.entries(casts).map(([what, type]) => `${what}=${type}`)
}

/**
 * Config and command line together: what is a list of exceptions (exclude, casts, accept, where, rename, policies) adds up, the
 * command line last; everything else is replaced by what the command line says.
 */
export function mergeOptions(config: CopyOptions, flags: CopyOptions): CopyOptions {
  const list = (name: 'exclude' | 'casts' | 'accept') => {
    const all = [...(config[name] ?? []), ...(flags[name] ?? [])]
    return all.length === 0 ? {} : { [name]: all }
  }
  const map = (name: 'where' | 'rename' | 'policies') => {
    const all = { ...config[name], ...flags[name] }
    return Object.keys(all).length === 0 ? {} : { [name]: all }
  }
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
  return {
    ...config,
    ...given,
    ...list('exclude'),
    ...list('casts'),
    ...list('accept'),
    ...map('where'),
    ...map('rename'),
    ...map('policies'),
  }
}
