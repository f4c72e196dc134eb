import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { takenBy } from './resident.ts'

/** Taken from the reference node on a machine of this kind. */
export const REFERENCE = '159 MB at start, 188 MB after an idle hour, 0.86 % of a core idle'

const SETTLE_MS = 30_000
const PORT = 19_201

/** Runs the reference node where `MINIMA_JAR` names it, alone on a test network, and prints what it takes. */
export async function printReference(idleMs: number): Promise<void> {
  console.log(`  reference, recorded: ${REFERENCE}`)
  const jar = process.env.MINIMA_JAR
  if (jar === undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-reference-'))
  const options = ['-data', folder, '-basefolder', folder, '-test', '-genesis', '-nop2p', '-daemon', '-port', `${PORT}`]
  const child = spawn('java', ['-jar', jar, ...options], { stdio: 'ignore' })
  try {
    await delay(SETTLE_MS)
    const before = takenBy(child.pid!)
    await delay(idleMs)
    const after = takenBy(child.pid!)
    const percent = ((after.cpuMs - before.cpuMs) / idleMs) * 100
    console.log(
      `  reference, now: ${before.residentMb.toFixed(0)} MB after ${SETTLE_MS / 1000} s, ${after.residentMb.toFixed(0)} MB ` +
        `${idleMs / 1000} s later, ${percent.toFixed(2)} % of a core idle (test network)`,
    )
  } finally {
    child.kill()
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
    rmSync(folder, { recursive: true, force: true })
  }
}
