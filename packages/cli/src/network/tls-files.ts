import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CommandError } from '../terminal/command-error.ts'

/** PEM texts. */
export interface Tls {
  readonly cert: string
  readonly key: string
}

/** Certificate and key that belong together; `undefined` when neither is named. @throws CommandError `usage`, `file` */
export function readTls({ rpcCert, rpcKey }: { rpcCert?: string; rpcKey?: string }): Tls | undefined {
  if (rpcCert === undefined && rpcKey === undefined) return undefined
  if (rpcCert === undefined || rpcKey === undefined) {
    throw new CommandError('usage', '--rpc-cert and --rpc-key are given together, or neither')
  }
  const [cert, key] = [readText(rpcCert), readText(rpcKey)]
  let belongs: boolean
  try {
    belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch (cause) {
    throw new CommandError('file', `${rpcCert} or ${rpcKey} is no PEM file of a certificate and its key`, {}, { cause })
  }
  if (!belongs) throw new CommandError('file', `the key in ${rpcKey} does not belong to the certificate in ${rpcCert}`)
  return { cert, key }
}

/** PEM text of certificates that a server's may be signed by. @throws CommandError `file` */
export function readCertificates(path: string): string {
  const text = readText(path)
  try {
    new X509Certificate(text)
  } catch (cause) {
    throw new CommandError('file', `${path} is no PEM file of a certificate`, {}, { cause })
  }
  return text
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CommandError('file', `${path} cannot be read`, {}, { cause })
  }
}
