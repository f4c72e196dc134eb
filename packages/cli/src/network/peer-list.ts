import { open } from 'node:fs/promises'
import { ADDRESS_LIST_LENGTH_MAX, type PeerAddress, readAddresses } from '@minipolis/node'
import { CommandError } from '../terminal/command-error.ts'

const FETCH_MS = 20_000
/** Addresses of one list. */
const ADDRESSES_MAX = 250

/**
 * Reads a list of nodes: a file, an http(s) URL, or the addresses themselves, separated by commas or white space.
 *
 * @throws CommandError `usage` when there is no address in it, `server` when the web does not give it
 */
export async function readPeerList(where: string): Promise<PeerAddress[]> {
  const isUrl = /^https?:\/\//i.test(where)
  const written = readAddresses(where)
  const text = isUrl ? await fetchText(where) : written.bad.length === 0 ? where : await readText(where)
  const { good } = readAddresses(text)
  if (good.length > 0) return good.slice(0, ADDRESSES_MAX)
  throw new CommandError('usage', `there is no address in the list of nodes ${where}`, {
    hint: 'write addresses as host:port, separated by commas or lines',
  })
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path)
    try {
      const buffer = Buffer.alloc(ADDRESS_LIST_LENGTH_MAX)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new CommandError('usage', `the list of nodes ${path} cannot be read`, {}, { cause })
  }
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) })
    if (!response.ok) throw new CommandError('server', `${url} answers ${response.status}`)
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      if (text.length > ADDRESS_LIST_LENGTH_MAX) break
    }
    return text.slice(0, ADDRESS_LIST_LENGTH_MAX)
  } catch (cause) {
    if (cause instanceof CommandError) throw cause
    throw new CommandError('server', `the list of nodes at ${url} cannot be had`, {}, { cause })
  }
}
