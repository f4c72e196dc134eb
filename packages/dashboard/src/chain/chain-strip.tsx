import { formatClock, formatCount, shortId } from '../format.ts'
import { anchors, blocks } from '../state/city.ts'

/** The newest blocks as they arrive; those that carry an anchor are marked. */
export const ChainStrip = () => {
  const anchored = new Map(anchors.value.flatMap((anchor) => (anchor.block === null ? [] : [[anchor.block, anchor]])))
  return (
    <section class="card chain">
      <h2>Blocks</h2>
      {blocks.value.length === 0 ? (
        <p class="empty">Waiting for the first block.</p>
      ) : (
        <ol>
          {blocks.value.map((block) => {
            const anchor = anchored.get(block.number)
            const covers = anchor === undefined ? '' : `, anchors ${formatCount(anchor.size)} readings`
            return (
              <li
                key={block.id}
                class={anchor === undefined ? 'block' : 'block anchored'}
                title={`block ${block.number}, ${formatClock(block.time)}, ${shortId(block.id)}${covers}`}
              >
                {block.number}
              </li>
            )
          })}
        </ol>
      )}
    </section>
  )
}
