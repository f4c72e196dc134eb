import type { Verdict } from './verdict.ts'

/** What each link of the chain of proof says, in the order from the reading to the chain. */
export const EvidencePath = ({ verdict }: { readonly verdict: Verdict }) => (
  <ol class="path">
    {verdict.links.map((link) => (
      <li key={link.name} class={link.ok ? 'holds' : 'broken'}>
        <span class="mark" aria-hidden="true">
          {link.ok ? '✓' : '✗'}
        </span>
        <span class="link">
          <strong>{link.name.replaceAll('-', ' ')}</strong>
          <span>{link.detail}</span>
        </span>
      </li>
    ))}
  </ol>
)
