import { Fragment } from 'preact'
import { formatCount } from '../format.ts'
import { EvidencePath } from './evidence-path.tsx'
import type { Verdict } from './verdict.ts'

const headline = (verdict: Verdict): string => {
  if (!verdict.intact) return 'Not intact'
  const where = verdict.state === 'anchored' ? '' : ', not anchored yet'
  return `${verdict.complete ? 'Intact and complete' : 'Intact, with gaps'}${where}`
}

/** Both verdicts, what is known about place and time, and the path. */
export const EvidenceReport = ({ verdict }: { readonly verdict: Verdict }) => (
  <div class="report">
    <p class={`verdict ${verdict.intact ? 'good' : 'bad'}`} role="status">
      {headline(verdict)}
    </p>
    <dl>
      {verdict.readings.map((reading) => (
        <Fragment key={reading.sequence}>
          <dt>Reading</dt>
          <dd>
            {`${reading.value ?? 'committed'} ${reading.unit}`.trimEnd()} at {reading.time}
          </dd>
        </Fragment>
      ))}
      {verdict.block !== undefined && (
        <>
          <dt>Block</dt>
          <dd>
            {formatCount(verdict.block.number)}
            {verdict.time.notAfter !== undefined && `, no later than ${verdict.time.notAfter}`}
          </dd>
        </>
      )}
      {verdict.depth !== undefined && verdict.difficulty !== undefined && (
        <>
          <dt>Work</dt>
          <dd>
            {formatCount(verdict.depth)} blocks on top, {formatCount(Number(verdict.difficulty.split('.')[0]))} hashes
          </dd>
        </>
      )}
      {verdict.gaps.length > 0 && (
        <>
          <dt>Missing</dt>
          <dd>
            {verdict.gaps
              .map(({ from, to }) => (from === to ? `reading ${from}` : `readings ${from} to ${to}`))
              .join(', ')}
          </dd>
        </>
      )}
    </dl>
    <EvidencePath verdict={verdict} />
  </div>
)
