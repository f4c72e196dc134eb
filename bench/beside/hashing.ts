import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

const ROUNDS = 4

/** The command `hashtest`, which runs the miner's loop on the header of an empty TxPoW: the best of a few rounds. */
export async function measureHashing(subject: Subject, hashes: number): Promise<Measured> {
  let megahashesPerCpuSecond = 0
  for (let round = 0; round < ROUNDS; round++) {
    const before = subject.cpuMs
    await subject.rpc(`hashtest amount:${hashes}`)
    megahashesPerCpuSecond = Math.max(megahashesPerCpuSecond, hashes / (subject.cpuMs - before) / 1_000)
  }
  return { megahashesPerCpuSecond }
}
