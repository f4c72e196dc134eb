import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

const SIGNATURES = 4

/**
 * CPU of the command `verify`, less that of the command `hash` on the same bytes: what is left is the verification, without
 * taking and reading the request.
 */
export async function measureVerify(subject: Subject, calls: number): Promise<Measured> {
  const keys = await subject.keys()
  const publicKey = keys[0]!
  const signed: { readonly data: string; readonly signature: string }[] = []
  for (let at = 0; at < SIGNATURES; at++) {
    const data = `0x${String(at + 1).padStart(64, 'AB')}`
    signed.push({ data, signature: String(await subject.rpc(`sign data:${data} publickey:${publicKey}`)) })
  }
  const cpuOf = async (command: (at: number) => string): Promise<number> => {
    const before = subject.cpuMs
    for (let call = 0; call < calls; call++) await subject.rpc(command(call % SIGNATURES))
    return (subject.cpuMs - before) / calls
  }
  const hash = (at: number): string => `hash data:${signed[at]!.signature}`
  const verify = (at: number): string => {
    const { data, signature } = signed[at]!
    return `verify publickey:${publicKey} data:${data} signature:${signature}`
  }
  // Once each before it counts, for the compilers.
  await cpuOf(hash)
  await cpuOf(verify)
  const overheadMs = await cpuOf(hash)
  return { verifyCpuMs: (await cpuOf(verify)) - overheadMs }
}
