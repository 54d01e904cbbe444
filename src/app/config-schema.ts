/** The form of naru.config.ts, checked field by field. */
import { z } from 'zod'
import { NaruError } from '../core/error.ts'
import { parseRelation, RELATION_FORM } from '../core/relation.ts'
import { suggest } from '../core/suggest.ts'
import type { Transfer, TransferGroup } from '../transfer/define.ts'
import type {
  CopyConfig,
  DatabaseConfig,
  DiffConfig,
  NaruConfig,
  RevisionsConfig,
  RevisionsSettings,
} from './config-form.ts'
import { parseRate } from './rate.ts'
import { storeSchema } from './store-schema.ts'
import { syncSchema } from './sync/schema.ts'
import { parseCondition } from './while.ts'

const text = z.string().min(1)
const texts = z.array(text)
const cast = text.regex(/^[^=]+=.+$/s, 'expected "table.column=type" or "type:NATIVE=type"')
const rate = z.union([
  z.number().positive(),
  text.refine((t) => parseRate(t) !== null, 'expected a rate such as "20MB"'),
])

const tls = z.strictObject({
  mode: z.enum(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']).optional(),
  ca: text.optional(),
  cert: text.optional(),
  key: text.optional(),
})

const relation = text.refine((t) => parseRelation(t) !== null, `expected ${RELATION_FORM}`)

const database = z.strictObject({
  url: text,
  user: text.optional(),
  password: z
    .union([z.string(), z.custom<() => string>((v) => typeof v === 'function')], 'expected a text or a function')
    .optional(),
  passwordFile: text.optional(),
  schema: text.optional(),
  relations: z.array(relation).optional(),
  tls: tls.optional(),
}) satisfies z.ZodType<DatabaseConfig>

const copy = z.strictObject({
  tables: texts.optional(),
  exclude: texts.optional(),
  where: z.record(text, text).optional(),
  rename: z.record(text, text).optional(),
  casts: z.union([z.array(cast), z.record(text, text)]).optional(),
  accept: texts.optional(),
  policies: z.record(text, z.enum(['null', 'clip', 'replace', 'reject', 'fail'])).optional(),
  schemaOnly: z.boolean().optional(),
  dataOnly: z.boolean().optional(),
  ifExists: z.enum(['fail', 'append', 'truncate', 'drop']).optional(),
  incremental: z.boolean().optional(),
  caseInsensitive: z.enum(['lower', 'citext', 'report']).optional(),
  jobs: z.int().min(1).optional(),
  rate: rate.optional(),
  rowRate: z.number().positive().optional(),
  maxLag: z.number().positive().optional(),
  while: z
    .array(text.refine((t) => typeof parseCondition(t) !== 'string', 'expected "[target:]QUERY < NUMBER"'))
    .optional(),
  before: text.optional(),
  after: text.optional(),
  verify: z.enum(['none', 'count', 'digest']).optional(),
  by: z.enum(['stream', 'digest']).optional(),
  maxRejects: text.regex(/^\d+(\.\d+)?%$|^\d+$/, 'expected a count or a percentage such as "0.1%"').optional(),
  rejects: text.optional(),
  noOwner: z.boolean().optional(),
  noPrivileges: z.boolean().optional(),
  noLock: z.boolean().optional(),
  lookupMemory: z.int().min(1).optional(),
  unitRows: z.int().min(1).optional(),
  chunkBytes: z.int().min(1).optional(),
}) satisfies z.ZodType<CopyConfig>

const diff = z.strictObject({ ignore: texts.optional() }) satisfies z.ZodType<DiffConfig>

const revisions = z.strictObject({
  folder: text.optional(),
  database: z.union([text, texts.min(1)]).optional(),
  models: text.optional(),
  engine: z.enum(['postgres', 'pglite', 'mysql', 'mariadb', 'sqlite']).optional(),
  versionSchema: text.optional(),
  dev: text.optional(),
  ignore: texts.optional(),
}) satisfies z.ZodType<RevisionsConfig>

const revisionsSettings = revisions.extend({
  environments: z.record(text, revisions).optional(),
}) satisfies z.ZodType<RevisionsSettings>

const members = z
  .array(z.custom<Transfer>((v) => (v as Partial<Transfer> | null)?.kind === 'transfer', 'expected transfer(…)'))
  .min(1)

const hook = z.union([
  text,
  z.custom<() => void | Promise<void>>((v) => typeof v === 'function', 'expected SQL or a function'),
])

const group = z.strictObject({
  transfers: members,
  before: hook.optional(),
  after: hook.optional(),
}) satisfies z.ZodType<TransferGroup>

const transfers = z.record(text, z.union([members, group]))

const config = z.strictObject({
  databases: z.record(text, z.union([text, database])).optional(),
  copy: copy.optional(),
  diff: diff.optional(),
  revisions: revisionsSettings.optional(),
  transfers: transfers.optional(),
  syncs: z.array(syncSchema).optional(),
  stores: z.record(text.max(100), storeSchema).optional(),
})

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(config.shape),
  copy: Object.keys(copy.shape),
  diff: Object.keys(diff.shape),
  revisions: Object.keys(revisionsSettings.shape),
  databases: Object.keys(database.shape),
  stores: Object.keys(storeSchema.shape),
  syncs: Object.keys(syncSchema.shape),
}

type Issue = z.core.$ZodIssue

/** For an address that is neither text nor a good object, what is wrong with the object says more than "no text". */
function deepest(issue: Issue): { path: PropertyKey[]; issue: Issue } {
  if (issue.code !== 'invalid_union') return { path: issue.path, issue }
  const branches = issue.errors.filter((e) => e.length > 0)
  const inner = branches.find((e) => e.some((i) => i.path.length > 0 || i.code === 'unrecognized_keys'))?.[0]
  if (inner === undefined) return { path: issue.path, issue }
  const found = deepest(inner)
  return { path: [...issue.path, ...found.path], issue: found.issue }
}

function explain(top: Issue): string {
  const { path, issue } = deepest(top)
  const field = path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys') return `${field === '' ? 'the configuration' : field}: ${issue.message}`
  const known = FIELDS[String(path[0] ?? '')] ?? []
  return issue.keys
    .map((key) => {
      const near = suggest(key, known)
      return `${[...path.map(String), key].join('.')}: no such field${near === undefined ? '' : `, did you mean ${near}?`}`
    })
    .join('; ')
}

/** The value as a NaruConfig. Throws CONFIG_INVALID with each field that is wrong; values are never shown. */
export function checkConfig(value: unknown, path: string): NaruConfig {
  const result = config.safeParse(value)
  // Stores stay the very objects that the file made: a mapping names them by reference.
  if (result.success)
    return result.data.stores === undefined ? result.data : { ...result.data, stores: (value as NaruConfig).stores }
  const wrong = result.error.issues.map(explain)
  throw new NaruError('CONFIG_INVALID', `${path}: ${wrong[0]}`, {
    why: wrong.length > 1 ? `also: ${wrong.slice(1).join('; ')}` : undefined,
    details: { fields: wrong },
  })
}
