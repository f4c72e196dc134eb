import { useState } from 'preact/hooks'
import { EvidenceReport } from '../evidence/evidence-report.tsx'
import type { Verdict } from '../evidence/verdict.ts'
import { judge } from '../evidence/verdict.ts'

/** Larger files are no evidence of ours (at most 32 KB is made). */
const FILE_SIZE_MAX = 4 * 1024 * 1024

interface Checked {
  readonly name: string
  readonly verdict?: Verdict
  readonly problem?: string
}

const check = async (file: File): Promise<Checked> => {
  if (file.size > FILE_SIZE_MAX) return { name: file.name, problem: 'This file is too large to be evidence.' }
  return { name: file.name, verdict: judge(await file.text()) }
}

/** Checks an evidence file without sending it anywhere. */
export const VerifyDrop = () => {
  const [over, setOver] = useState(false)
  const [checked, setChecked] = useState<Checked | null>(null)
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0]
    if (file !== undefined) void check(file).then(setChecked)
  }
  return (
    <section class="card verify">
      <h2>Verify</h2>
      <label
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer?.files)
        }}
      >
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            take(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
        <span>Drop an evidence file here, or choose one. It is checked in this page and sent nowhere.</span>
      </label>
      {checked !== null && (
        <div class="checked">
          <p class="subject">
            <code>{checked.name}</code>
          </p>
          {checked.problem !== undefined && <p class="problem">{checked.problem}</p>}
          {checked.verdict !== undefined && <EvidenceReport verdict={checked.verdict} />}
        </div>
      )}
    </section>
  )
}
