/** TLS as libpq's sslmode understands it, in the driver's terms. */
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Address, TlsOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'

type Mode = TlsOptions['mode']

const MODES: readonly Mode[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']

async function pem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || path === 'system') return undefined
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new NaruError('FILE_UNREADABLE', `${path} could not be read`, { why: error.message, cause: error })
  })
}

/** The address's TLS options; where nobody has read them for us, from its parameters sslmode, sslrootcert, sslcert, sslkey. */
export async function tlsOf(address: Address): Promise<TlsOptions> {
  if (address.socket !== undefined) return { mode: 'disable' }
  if (address.tls !== undefined) return address.tls
  const { sslmode = 'prefer', sslrootcert, sslcert, sslkey } = address.params
  const mode = sslmode === 'allow' ? 'prefer' : MODES.find((m) => m === sslmode)
  if (mode === undefined) {
    throw new NaruError('ADDRESS_INVALID', `sslmode=${sslmode} is none of ${MODES.join(', ')}`)
  }
  return { mode, ca: await pem(sslrootcert), cert: await pem(sslcert), key: await pem(sslkey) }
}

/** Whether a server of this machine was named without a word about TLS. */
export function isSpared({ host = 'localhost', tls, params }: Address): boolean {
  return tls === undefined && params.sslmode === undefined && /^(localhost|127\.[\d.]+|::1)$/i.test(host)
}

/** The driver's `ssl` option: false, or what tls.connect takes. */
export function driverTls(tls: TlsOptions): false | ConnectionOptions {
  if (tls.mode === 'disable') return false
  const own = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
  }
  if (tls.mode === 'verify-full') return { ...own, rejectUnauthorized: true }
  // verify-ca: the chain counts, the name does not.
  if (tls.mode === 'verify-ca') return { ...own, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  return { ...own, rejectUnauthorized: false }
}
