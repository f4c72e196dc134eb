import { ChainStrip } from './chain/chain-strip.tsx'
import { EvidencePanel } from './evidence/evidence-panel.tsx'
import { formatCount } from './format.ts'
import { LogGrowth } from './log/log-growth.tsx'
import { CityMap } from './map/city-map.tsx'
import { ReadingList } from './readings/reading-list.tsx'
import { blocks, connection, logSize, opened, status, streams } from './state/city.ts'
import { VerifyDrop } from './verify/verify-drop.tsx'

const connectionText = { connecting: 'connecting', live: 'live', lost: 'connection lost, trying again' } as const

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

export const App = () => (
  <>
    <header class="top">
      <h1>{status.value?.name ?? 'Minipolis'}</h1>
      <span class={`connection ${connection.value}`} role="status">
        {connectionText[connection.value]}
        {status.value !== null && `, ${status.value.network} network`}
      </span>
      <dl class="figures">
        <Figure name="streams" value={formatCount(streams.value.size)} />
        <Figure name="log entries" value={formatCount(logSize.value)} />
        <Figure name="block" value={formatCount(blocks.value.at(-1)?.number ?? status.value?.tip?.number ?? 0)} />
        <Figure name="refused" value={formatCount(status.value?.counts.quarantined ?? 0)} />
      </dl>
    </header>
    <main>
      <CityMap />
      <ReadingList />
      <ChainStrip />
      <LogGrowth />
      <VerifyDrop />
    </main>
    {opened.value !== null && <EvidencePanel key={opened.value.id} reading={opened.value} />}
  </>
)
