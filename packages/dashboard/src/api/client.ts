import type { AnchorView, BlockView, Problem, ReadingView, Status, StreamView } from './types.ts'

export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }
}

const get = async (path: string): Promise<Response> => {
  const response = await fetch(path, { headers: { accept: 'application/json' } })
  if (response.ok) return response
  const fallback = { code: `http-${response.status}`, title: response.statusText || `answer ${response.status}` }
  throw new ApiError(await response.json().catch(() => fallback))
}

const getJson = async <T>(path: string): Promise<T> => (await get(path)).json() as Promise<T>

export const fetchStatus = (): Promise<Status> => getJson('/v1/status')

export const fetchStreams = async (): Promise<readonly StreamView[]> =>
  (await getJson<{ streams: StreamView[] }>('/v1/streams?latest=true&limit=1000')).streams

export const fetchLatestReadings = async (limit: number): Promise<readonly ReadingView[]> =>
  (await getJson<{ readings: ReadingView[] }>(`/v1/readings?newest=true&limit=${limit}`)).readings

export const fetchBlocks = async (limit: number): Promise<readonly BlockView[]> =>
  (await getJson<{ blocks: BlockView[] }>(`/v1/blocks?limit=${limit}`)).blocks

export const fetchAnchors = async (limit: number): Promise<readonly AnchorView[]> =>
  (await getJson<{ anchors: AnchorView[] }>(`/v1/anchors?limit=${limit}`)).anchors

/** The evidence file of one reading, as text: what the download holds is what was verified. */
export const fetchEvidence = async (readingId: string): Promise<string> =>
  (await get(`/v1/evidence?reading=${encodeURIComponent(readingId)}`)).text()
