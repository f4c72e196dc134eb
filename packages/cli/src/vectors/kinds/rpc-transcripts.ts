import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertTranscriptFile, replayTranscripts } from '@minipolis/node/recordings'
import { VectorError } from '../vector-error.ts'
import type { VectorCase, VectorFile, VectorKind } from '../vector-kind.ts'

const REQUEST_LENGTH_MAX = 100

/** Calls and replies of command interfaces: our own nodes are called as the recorded ones were. */
export const rpcTranscriptsKind: VectorKind = {
  name: 'rpc transcripts',
  matches: ({ content }) => 'transcripts' in content,
  cases: transcriptCases,
}

async function* transcriptCases({ content }: VectorFile): AsyncGenerator<VectorCase> {
  assertTranscriptFile(content)
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-transcripts-'))
  try {
    for await (const { transcript, differences } of replayTranscripts(content, { folder })) {
      const { n, node, request } = transcript
      yield {
        name: `${n} ${node}: ${request.slice(0, REQUEST_LENGTH_MAX)}`,
        check() {
          if (differences.length > 0) throw new VectorError('mismatch', differences.join('; '))
        },
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
