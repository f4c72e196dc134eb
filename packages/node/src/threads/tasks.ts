// By their parts: the whole protocol would be most of the thread's memory.
import { decode, encode } from '@minipolis/minima/codec'
import { MinipolisError } from '@minipolis/minima/errors'
import { mineNonces } from '@minipolis/minima/hash'
import { KeyError, KnownLinks, TreeKey, verifyTreeSignature, WALLET_KEY_SHAPE } from '@minipolis/minima/keys'
import { Signature, signatureRootKey } from '@minipolis/minima/signature'
import type {
  Answers,
  MakeKeyRequest,
  MineRequest,
  NodeBytes,
  Request,
  SignRequest,
  VerifyRequest,
} from './messages.ts'

/** Work in slices: each `next` takes some 2 ms, so that a thread can do other things in between. */
export type Task = Generator<void, Answers[keyof Answers]>

/** Attempts of one slice: about 2 ms. */
const SLICE_ATTEMPTS = 4000
export const NONCE_BYTES = 8

/** Keys whose nodes the thread keeps: some 10 kB each. */
const WARM_KEYS_MAX = 64

/** What a thread remembers between tasks, to be quicker with the next. */
export class TaskMemory {
  readonly keys = new WarmKeys()
  /** Upper levels of signatures that held: of known signers only the last is computed. */
  readonly links = new KnownLinks()
}

class WarmKeys {
  readonly #keys = new Map<number, TreeKey>()

  take(key: number, privateSeed: Uint8Array): TreeKey {
    const known = this.#keys.get(key) ?? new TreeKey(privateSeed, WALLET_KEY_SHAPE)
    this.#keys.delete(key)
    this.#keys.set(key, known)
    if (this.#keys.size > WARM_KEYS_MAX) this.#keys.delete(this.#keys.keys().next().value!)
    return known
  }
}

export function createTask(request: Request, memory: TaskMemory): Task {
  switch (request.kind) {
    case 'mine':
      return mine(request)
    case 'make-key':
      return makeKey(request)
    case 'sign':
      return sign(request, memory)
    case 'verify':
      return verify(request, memory)
  }
}

function* mine({ header, nonceOffset, target }: MineRequest): Generator<void, Answers['mine']> {
  for (let startCounter = 0n; ; startCounter += BigInt(SLICE_ATTEMPTS)) {
    const range = { nonceOffset, nonceLength: NONCE_BYTES, startCounter, attempts: SLICE_ATTEMPTS }
    const counter = mineNonces(header, range, target)
    if (counter !== undefined) return { counter }
    yield
  }
}

function* makeKey({ privateSeed }: MakeKeyRequest): Generator<void, Answers['make-key']> {
  const key = new TreeKey(privateSeed, WALLET_KEY_SHAPE)
  for (const _ of key.buildNode([])) yield
  return { publicKey: key.publicKey, root: { path: [], bytes: key.encodeNode([]) } }
}

function* sign(
  { privateSeed, key, use, message, nodes }: SignRequest,
  { keys }: TaskMemory,
): Generator<void, Answers['sign']> {
  const treeKey = keys.take(key, privateSeed)
  const needed = treeKey.nodesFor(use)
  const made: NodeBytes[] = []
  for (const path of needed) {
    const stored = nodes.find((node) => node.path.join() === path.join())
    if (stored !== undefined && addStored(treeKey, stored)) continue
    for (const _ of treeKey.buildNode(path)) yield
    made.push({ path, bytes: treeKey.encodeNode(path) })
  }
  return { signature: encode(Signature, treeKey.signAt(use, message)), made }
}

/** One slice for each signature. */
function* verify({ checks }: VerifyRequest, { links }: TaskMemory): Generator<void, Answers['verify']> {
  for (const check of checks) {
    const verdict = verdictOf(check, links)
    if (verdict !== 'holds') return { verdict }
    yield
  }
  return { verdict: 'holds' }
}

function verdictOf(
  { message, signature }: VerifyRequest['checks'][number],
  links: KnownLinks,
): Answers['verify']['verdict'] {
  try {
    const read = decode(Signature, signature)
    return verifyTreeSignature(signatureRootKey(read), message, read, links) ? 'holds' : 'fails'
  } catch (error) {
    if (error instanceof MinipolisError || error instanceof RangeError) return 'unclear'
    throw error
  }
}

/** A damaged node costs time, not the signature: it is made again. */
function addStored(key: TreeKey, { path, bytes }: NodeBytes): boolean {
  try {
    key.addNode(path, bytes)
    return true
  } catch (error) {
    if (error instanceof KeyError) return false
    throw error
  }
}
