/**
 * Certificates: what a verification found, with a hash over all of it, so that it can be shown later what was compared, when, and what
 * both sides held. The hash stands against accidents and careless hands; who must stand against forgers signs the file.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CertificateCheck, SampleReport, TableVerification, VerifyReport, VerifySide } from '../core/report.ts'

const FORMAT = 'naru certificate 1'

/** One table of a certificate. */
interface CertifiedTable {
  readonly table: string
  readonly target: string
  readonly sourceRows: number
  readonly targetRows: number
  /** Sum modulo 2^128 of the first 128 bits of the SHA-256 of every row in wire form; null where rows were only counted. */
  readonly sourceDigest: string | null
  readonly targetDigest: string | null
  readonly same: boolean
  readonly differing: number
  /** Of transfers: the first 128 bits of the SHA-256 of what makes the rows of the source, as far as it is data. */
  readonly mapping?: string
  /** Rows and digests are those of a sample, of so much. */
  readonly sample?: Pick<SampleReport, 'asked' | 'seed' | 'ranges' | 'ofRanges' | 'ofSourceRows' | 'ofTargetRows'>
}

/** A certificate, as its file holds it. */
export interface Certificate {
  readonly format: typeof FORMAT
  readonly started: string
  readonly finished: string
  readonly from: VerifySide
  readonly to: VerifySide
  readonly tables: readonly CertifiedTable[]
  readonly same: boolean
  /** Of everything else as JSON with sorted keys and no blanks, lower hex. */
  readonly sha256: string
}

/** What a certificate says beside the report. */
interface Certified {
  readonly from: VerifySide
  readonly to: VerifySide
  /** Of transfers: a hash of each mapping, by table. */
  readonly mappings?: ReadonlyMap<string, string>
}

/** The certificate of a verification. */
function certificateOf(report: VerifyReport, { from, to, mappings }: Certified): Certificate {
  const tables = report.tables.map((t) => {
    const mapping = mappings?.get(t.table)
    return { ...certified(t), ...(mapping !== undefined && { mapping }) }
  })
  const { started, finished, same } = report
  const body = { format: FORMAT, started, finished, from, to, tables, same } as const
  return { ...body, sha256: hashOf(body) }
}

function certified(t: TableVerification): CertifiedTable {
  const { table, target, sourceRows, targetRows, sourceDigest, targetDigest, same } = t
  const all = { table, target, sourceRows, targetRows, sourceDigest, targetDigest, same, differing: t.driftCount }
  if (t.sample === undefined) return all
  const { asked, seed, ranges, ofRanges, ofSourceRows, ofTargetRows } = t.sample
  return { ...all, sample: { asked, seed, ranges, ofRanges, ofSourceRows, ofTargetRows } }
}

function hashOf(body: object): string {
  return createHash('sha256').update(JSON.stringify(body, sortKeys)).digest('hex')
}

/** Objects with their keys in order, so that the text does not depend on who wrote it. */
function sortKeys(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Writes a certificate. Throws FILE_UNREADABLE. */
async function saveCertificate(path: string, certificate: Certificate): Promise<void> {
  await writeFile(path, `${JSON.stringify(certificate, null, 2)}\n`).catch((error: unknown) => {
    throw new NaruError('FILE_UNREADABLE', `the certificate could not be written to ${path}`, {
      why: (error as Error).message,
      cause: error,
    })
  })
}

/** Reads a certificate and checks its hash; null where there is no such file. Throws FILE_UNREADABLE, CERTIFICATE_INVALID. */
export async function readCertificate(path: string): Promise<Certificate | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new NaruError('FILE_UNREADABLE', `${path} could not be read`, { why: error.message, cause: error })
  })
  return text === null ? null : parseCertificate(path, text)
}

function parseCertificate(path: string, text: string): Certificate {
  const invalid = (why: string) =>
    new NaruError('CERTIFICATE_INVALID', `${path} is not as it was made`, { why, state: 'nothing was changed' })
  let read: Certificate
  try {
    read = JSON.parse(text) as Certificate
  } catch (error) {
    throw invalid(`it is no JSON: ${(error as Error).message}`)
  }
  if (read?.format !== FORMAT) throw invalid(`it is no certificate of naru (${FORMAT})`)
  const { sha256, ...body } = read
  const found = hashOf(body)
  if (found !== sha256) throw invalid(`its contents have the SHA-256 ${found}, and it says ${sha256}`)
  return read
}

/** The certificate that an option names, null where it is to be made. Throws USAGE where its digests could not be compared. */
export async function knownCertificate(options: VerifyOptions): Promise<Certificate | null> {
  const path = options.certificate ?? ''
  if (options.by === 'digest') {
    throw new NaruError('USAGE', 'a certificate is of rows that were read: --by digest has other digests', {
      hint: 'Leave --by out.',
      state: 'nothing was changed',
    })
  }
  const known = await readCertificate(path)
  if (known !== null && (options.sample !== undefined || known.tables.some((t) => t.sample !== undefined))) {
    throw new NaruError('USAGE', 'a sample is not compared with an earlier certificate', {
      why: 'two samples need not be of the same rows, so that their digests say nothing of changes',
      hint: 'Name another file, or certify and compare all rows.',
      state: 'nothing was changed',
    })
  }
  return known
}

/** Makes the certificate, or compares the known one. Throws FILE_UNREADABLE. */
export async function certify(
  path: string,
  known: Certificate | null,
  report: VerifyReport,
  certified: Certified,
): Promise<CertificateCheck> {
  if (known !== null) return compareCertificate(path, known, report, certified.mappings)
  const made = certificateOf(report, certified)
  await saveCertificate(path, made)
  return { file: path, made: made.finished, sha256: made.sha256, changes: [] }
}

/** What has changed on both sides since a certificate was made. */
function compareCertificate(
  path: string,
  then: Certificate,
  now: VerifyReport,
  mappings: Certified['mappings'],
): CertificateCheck {
  const known = new Map(now.tables.map((t) => [t.table, t]))
  const changes = then.tables.flatMap((old) => {
    const table = known.get(old.table)
    known.delete(old.table)
    if (table === undefined) return [`${old.table} is not there any more`]
    const same = old.mapping === mappings?.get(old.table)
    return [...(same ? [] : [`${old.table}: the mapping is another one`]), ...tableChanges(old, table)]
  })
  const added = [...known.keys()].map((name) => `${name} is not in the certificate`)
  return { file: path, made: then.finished, sha256: then.sha256, changes: [...changes, ...added] }
}

function tableChanges(old: CertifiedTable, now: TableVerification): string[] {
  const sides = [
    ['source', old.sourceRows, now.sourceRows, old.sourceDigest, now.sourceDigest],
    ['target', old.targetRows, now.targetRows, old.targetDigest, now.targetDigest],
  ] as const
  return sides.flatMap(([side, before, after, digest, digestNow]) => {
    if (before !== after) return [`${old.table}: the ${side} had ${before} rows and has ${after}`]
    return digest === digestNow ? [] : [`${old.table}: rows of the ${side} have changed`]
  })
}
