/** The form of a store, checked field by field. */
import { z } from 'zod'
import { parseSize } from './rate.ts'
import type { StoreConfig } from './store-form.ts'

const text = z.string().min(1)
const atLeastOne = z.int().min(1)

const web = z.strictObject({
  url: text.regex(/^https?:\/\/|^\$\{/i, 'expected http:// or https://'),
  headers: z.record(text, z.string()).optional(),
})
const folder = z.strictObject({ folder: text })
const bucket = z.strictObject({
  bucket: text,
  prefix: z.string().optional(),
  endpoint: text.optional(),
  region: text.optional(),
  credentials: z.strictObject({ accessKeyId: text, secretAccessKey: text, sessionToken: text.optional() }).optional(),
  profile: text.optional(),
  pathStyle: z.boolean().optional(),
})
const bucketTarget = bucket.extend({
  acl: text.optional(),
  cacheControl: text.optional(),
  checksum: z.enum(['CRC32', 'CRC32C', 'SHA1', 'SHA256']).optional(),
})
const policy = z.union([z.enum(['fail', 'null', 'keep']), z.strictObject({ placeholder: z.string() })])

/** A store of the config. */
export const storeSchema = z.strictObject({
  from: z.union([text, web, folder, bucket]),
  to: z.union([text, folder, bucketTarget]),
  base: z.union([text, z.array(text).min(1)]).optional(),
  relativeTo: text.optional(),
  address: z.string().optional(),
  name: z
    .union(
      [z.enum(['keep', 'hash']), z.custom<() => string>((v) => typeof v === 'function')],
      'expected keep, hash or a function',
    )
    .optional(),
  concurrency: atLeastOne.max(512).optional(),
  perHost: atLeastOne.max(512).optional(),
  retries: z.int().min(0).max(100).optional(),
  timeout: z.number().positive().optional(),
  maxBytes: z
    .union([atLeastOne, text.refine((t) => parseSize(t) !== null, 'expected a size such as "20MB"')])
    .optional(),
  types: z
    .array(text.regex(/^[\w.+-]+\/([\w.+-]+|\*)$/, 'expected a type such as "image/png" or "image/*"'))
    .optional(),
  missing: policy.optional(),
  empty: policy.optional(),
  wrongType: policy.optional(),
  tooLarge: policy.optional(),
  outside: z.enum(['keep', 'move', 'null', 'fail']).optional(),
  inline: z.enum(['keep', 'move']).optional(),
  allowHosts: z.array(text).optional(),
}) satisfies z.ZodType<StoreConfig>
