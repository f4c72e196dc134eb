import { useEffect, useState } from 'preact/hooks'
import { fetchEvidence } from '../api/client.ts'
import type { ReadingView } from '../api/types.ts'
import { anchors, opened } from '../state/city.ts'
import { EvidenceReport } from './evidence-report.tsx'
import type { Verdict } from './verdict.ts'
import { judge } from './verdict.ts'

type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly text: string; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly message: string }

const download = (reading: ReadingView, text: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `${reading.id.replaceAll(/[^A-Za-z0-9.@_-]+/g, '-')}.evidence.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
}

const close = (): void => {
  opened.value = null
}

/** The evidence of one reading, fetched, checked in this page and drawn as a path from the reading to the chain. */
export const EvidencePanel = ({ reading }: { readonly reading: ReadingView }) => {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' })
  // A reading that waits for its anchor is looked at again with every new anchor.
  const isFinal = loaded.kind === 'ready' && loaded.verdict.state === 'anchored'
  const anchor = isFinal ? undefined : anchors.value.find(({ block }) => block !== null)?.size
  useEffect(() => {
    let current = true
    fetchEvidence(reading.id)
      .then((text) => {
        if (current) setLoaded({ kind: 'ready', text, verdict: judge(text) })
      })
      .catch((error: unknown) => {
        if (current) setLoaded({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
      })
    return () => {
      current = false
    }
  }, [reading.id, anchor])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <aside class="panel" aria-label={`Evidence of ${reading.id}`}>
      <header>
        <h2>Evidence</h2>
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ×
        </button>
      </header>
      <p class="subject">
        <code>{reading.id}</code>
      </p>
      {loaded.kind === 'loading' && <p class="empty">Collecting the proof…</p>}
      {loaded.kind === 'failed' && <p class="problem">{loaded.message}</p>}
      {loaded.kind === 'ready' && (
        <>
          <EvidenceReport verdict={loaded.verdict} />
          <button type="button" class="primary" onClick={() => download(reading, loaded.text)}>
            Download evidence
          </button>
        </>
      )}
    </aside>
  )
}
