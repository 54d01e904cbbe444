/** The client of one bucket, made when it is first needed. Credentials are handed to the SDK and shown nowhere. */
import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Place } from './store.ts'

const SOCKETS = 64
const CONNECT_TIMEOUT = 15_000
/** Tries of the SDK for one request; a file as a whole is tried again by naru. */
const TRIES = 3

/** A client for a bucket; the region matters to AWS alone where there is another endpoint. */
export async function s3Client(place: S3Place, timeout: number): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const { endpoint, credentials, profile } = place
  const region = place.region ?? (endpoint === undefined ? undefined : (process.env.AWS_REGION ?? 'us-east-1'))
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: place.pathStyle ?? endpoint !== undefined,
    maxAttempts: TRIES,
    // Further checksums only where they are asked for: not everything that speaks S3 knows them. Bodies are signed with their SHA-256.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: timeout,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    },
  })
}

/** What an error of the SDK says: status and name of the failure. */
export function s3Failure(error: unknown): { readonly status: number | null; readonly why: string } {
  const e = error as Error & { $metadata?: { httpStatusCode?: number } }
  const status = e.$metadata?.httpStatusCode ?? null
  const name = e.name === 'Error' || e.name === '' ? '' : `${e.name}: `
  return { status, why: `${name}${e.message}` }
}
