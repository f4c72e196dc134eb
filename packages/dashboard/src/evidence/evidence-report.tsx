import { formatCount } from '../format.ts'
import { EvidencePath } from './evidence-path.tsx'
import type { Verdict } from './verdict.ts'

const headline = (verdict: Verdict): string => {
  if (!verdict.intact) return 'Not intact'
  return verdict.complete ? 'Intact and complete' : 'Intact, with gaps'
}

/** Both verdicts, what is known about place and time, and the path. */
export const EvidenceReport = ({ verdict }: { readonly verdict: Verdict }) => (
  <div class="report">
    <p class={`verdict ${verdict.intact ? 'good' : 'bad'}`} role="status">
      {headline(verdict)}
    </p>
    <dl>
      {verdict.block !== undefined && (
        <>
          <dt>Block</dt>
          <dd>
            {String(verdict.block)}
            {verdict.depth !== undefined && `, ${formatCount(Number(verdict.depth))} blocks deep in the file`}
          </dd>
        </>
      )}
      {verdict.gaps.length > 0 && (
        <>
          <dt>Missing</dt>
          <dd>
            {verdict.gaps
              .map(({ first, last }) => (first === last ? `reading ${first}` : `readings ${first} to ${last}`))
              .join(', ')}
          </dd>
        </>
      )}
    </dl>
    <EvidencePath verdict={verdict} />
  </div>
)
