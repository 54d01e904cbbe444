/** Certificates for the TLS tests, made on the spot by openssl: an authority, a server, a client, and an authority that signed neither. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether this machine can make certificates. */
export const canCertify = (): boolean => spawnSync('openssl', ['version']).status === 0

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string
  /** Of `localhost`, not of 127.0.0.1. */
  readonly server: { readonly cert: string; readonly key: string }
  /** Of the user `certified`. */
  readonly client: { readonly cert: string; readonly key: string }
  readonly stranger: string
}

/** Makes them in a folder that exists. Throws what openssl says. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = (name: string) => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`)
    return at(`${name}.key`)
  }
  const authority = (name: string) => {
    const own = key(name)
    openssl('req', '-x509', '-new', '-key', own, '-days', '2', '-subj', `/CN=${name}`, '-out', `${name}.pem`)
    return at(`${name}.pem`)
  }
  const ca = authority('authority')
  const signed = (name: string, subject: string, extensions: string) => {
    const own = key(name)
    writeFileSync(at(`${name}.ext`), extensions)
    openssl('req', '-new', '-key', own, '-subj', `/CN=${subject}`, '-out', `${name}.csr`)
    const by = ['-CA', ca, '-CAkey', at('authority.key'), '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-extfile', `${name}.ext`, '-out', `${name}.pem`)
    return { cert: at(`${name}.pem`), key: own }
  }
  return {
    ca,
    server: signed('server', 'localhost', 'subjectAltName=DNS:localhost\n'),
    client: signed('client', 'certified', 'extendedKeyUsage=clientAuth\n'),
    stranger: authority('stranger'),
  }
}
