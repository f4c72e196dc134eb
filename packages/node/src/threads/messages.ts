/** A node of a key tree on its way to or from the thread: the one-time key numbers from the root down, and its bytes. */
export interface NodeBytes {
  readonly path: readonly number[]
  readonly bytes: Uint8Array
}

/** Search a nonce: `header` with an 8-byte counter at `nonceOffset`, until its hash is below `target`. */
export interface MineRequest {
  readonly kind: 'mine'
  readonly header: Uint8Array
  readonly nonceOffset: number
  readonly target: Uint8Array
}

/** Make the root node of a wallet key. */
export interface MakeKeyRequest {
  readonly kind: 'make-key'
  readonly privateSeed: Uint8Array
}

/** Sign 32 bytes with the one-time keys of use number `use`. */
export interface SignRequest {
  readonly kind: 'sign'
  readonly privateSeed: Uint8Array
  /** Names the key, so that the thread keeps its nodes from one signature to the next. */
  readonly key: number
  readonly use: number
  readonly message: Uint8Array
  /** Nodes made before, which save 0.12 s each. */
  readonly nodes: readonly NodeBytes[]
}

/** Verify signatures, each over its 32 bytes, until one does not hold. */
export interface VerifyRequest {
  readonly kind: 'verify'
  /** Signatures in their wire form. */
  readonly checks: readonly { readonly message: Uint8Array; readonly signature: Uint8Array }[]
}

export type Request = MineRequest | MakeKeyRequest | SignRequest | VerifyRequest

export interface Answers {
  /** The counter found. */
  readonly mine: { readonly counter: bigint }
  readonly 'make-key': { readonly publicKey: Uint8Array; readonly root: NodeBytes }
  /** Wire form of the signature, and the nodes that had to be made for it. */
  readonly sign: { readonly signature: Uint8Array; readonly made: readonly NodeBytes[] }
  /** `unclear`: the first that does not hold is of a form that cannot be computed with. */
  readonly verify: { readonly verdict: 'holds' | 'fails' | 'unclear' }
}

/** Urgent work is done at once; of the rest everybody gets a turn, and what is in no hurry leaves the others room. */
export type Urgency = 'now' | 'in-turn' | 'no-hurry'

export type ToThread =
  | { readonly id: number; readonly urgency: Urgency; readonly request: Request }
  | { readonly cancel: number }

export type FromThread =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly error: string }
