import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Whether this machine can make certificates: Node.js alone cannot. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** Makes a certificate of `localhost` that nobody but itself signed. @param name of its files in the folder */
export function makeCertificate(folder: string, name: string): CertificateFiles {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', files.key, '-out', files.cert]
  execFileSync('openssl', [...make, ...subject], { stdio: 'ignore' })
  return files
}
