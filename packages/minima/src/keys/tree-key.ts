import { KeyError } from './key-error.ts'
import { buildKeyNode, childSeed, createKeyNode, decodeKeyNode, type KeyNode } from './key-node.ts'
import { TREE_KEY_LEVELS_MAX, type TreeSignature, type TreeSignatureProof } from './tree-signature.ts'

/** Most one-time keys of one node. */
export const KEYS_PER_LEVEL_MAX = 1024
/** No tree key has more uses, whatever its shape. */
export const USES_MAX = 2 ** 31 - 1

/** Shape of a tree key: `keysPerLevel` one-time keys in each node, `levels` nodes from the root to the message. */
export interface TreeKeyShape {
  readonly keysPerLevel: number
  readonly levels: number
}

/** What Minima wallets use: 262,144 signatures. */
export const WALLET_KEY_SHAPE: TreeKeyShape = { keysPerLevel: 64, levels: 3 }

/** The way to a node: the one-time key numbers from the root down; the root has the empty path. */
export type NodePath = readonly number[]

interface CachedNode {
  readonly path: NodePath
  readonly node: KeyNode
  /** The signature of this node's key by the key above; made once. */
  signedByParent?: TreeSignatureProof
}

/**
 * A key for many signatures: a tree of one-time keys, all derived from one private seed. Signing is a pure function of the
 * use number, and whoever holds the key must count: store the next use number before a signature leaves the house and never
 * go back, because a one-time key that signs two messages is broken.
 *
 * Making a node costs 0.12 s at 64 keys. The root and, per level, the node used last are kept; the others are made when
 * they are needed. `nodesFor` names the nodes of a coming signature, `buildNode` makes one in slices, and `encodeNode` and
 * `addNode` carry nodes to and from storage or a worker thread.
 *
 * Source: minima-global/Minima: src/org/minima/objects/keys/TreeKey.java, spec 02 section 3. Where the reference starts over
 * at the end of the counter and reuses one-time keys, this refuses.
 */
export class TreeKey {
  readonly shape: TreeKeyShape
  /** Number of signatures the key can make. */
  readonly usesMax: number
  private readonly seed: Uint8Array
  /** The node used last at each level. */
  private readonly nodes: (CachedNode | undefined)[] = []

  /**
   * @param privateSeed of any length; copied
   * @throws KeyError `key-shape`
   */
  constructor(privateSeed: Uint8Array, shape: TreeKeyShape = WALLET_KEY_SHAPE) {
    assertWithin('levels', shape.levels, TREE_KEY_LEVELS_MAX)
    assertWithin('keys per level', shape.keysPerLevel, KEYS_PER_LEVEL_MAX)
    this.seed = privateSeed.slice()
    this.shape = shape
    this.usesMax = Math.min(shape.keysPerLevel ** shape.levels, USES_MAX)
  }

  /** 32 bytes. Makes the root node if it is not there yet. */
  get publicKey(): Uint8Array {
    return this.node([]).node.publicKey
  }

  /**
   * Signs with the one-time keys of use number `use`, counted from 0.
   *
   * @throws KeyError `use-range`, `key-exhausted`
   */
  signAt(use: number, message: Uint8Array): TreeSignature {
    const path = this.pathOf(use)
    const leaf = this.node(path.slice(0, -1))
    const inner = path.slice(0, -1).map((_, level) => this.signNode(path.slice(0, level + 1)))
    return { proofs: [...inner, leaf.node.sign(path.at(-1)!, message)] }
  }

  /** Paths of the nodes that a signature of this use number needs and that are not there yet. @throws as `signAt` */
  nodesFor(use: number): NodePath[] {
    const path = this.pathOf(use)
    return path.map((_, level) => path.slice(0, level)).filter((nodePath) => this.cached(nodePath) === undefined)
  }

  /** Makes a node in slices of 2 ms and keeps it; yields the one-time keys made so far. @throws KeyError `key-path` */
  *buildNode(path: NodePath): Generator<number, void> {
    this.keep(path, yield* buildKeyNode(this.nodeSeed(path), this.shape.keysPerLevel))
  }

  /** The seed of a node: all that a worker thread needs for making it. Secret. @throws KeyError `key-path` */
  nodeSeed(path: NodePath): Uint8Array {
    this.assertPath(path)
    return path.reduce(childSeed, this.seed.slice())
  }

  /** Bytes of a node for storage, 32 for each key and 32 more; no secret. Makes it if needed. @throws KeyError `key-path` */
  encodeNode(path: NodePath): Uint8Array {
    return this.node(path).node.encode()
  }

  /** Takes a node that was stored or made elsewhere. @throws KeyError `key-path`, `key-node-damaged` */
  addNode(path: NodePath, bytes: Uint8Array): void {
    const node = decodeKeyNode(this.nodeSeed(path), bytes)
    if (node.oneTimeKeys.length !== this.shape.keysPerLevel) {
      throw new KeyError('key-node-damaged', `a node of ${node.oneTimeKeys.length} keys in a tree of another shape`)
    }
    this.keep(path, node)
  }

  /** One-time key numbers of a use, root level first: the digits of the number to the base `keysPerLevel`. */
  private pathOf(use: number): number[] {
    if (!Number.isInteger(use) || use < 0) {
      throw new KeyError('use-range', `expected a use number of 0 or more, got ${use}`)
    }
    if (use >= this.usesMax) {
      throw new KeyError('key-exhausted', `all ${this.usesMax} signatures of this key are used; take a new key`, {
        use,
      })
    }
    const { keysPerLevel, levels } = this.shape
    return Array.from(
      { length: levels },
      (_, level) => Math.floor(use / keysPerLevel ** (levels - 1 - level)) % keysPerLevel,
    )
  }

  private assertPath(path: NodePath): void {
    const { keysPerLevel, levels } = this.shape
    if (path.length >= levels || path.some((key) => !Number.isInteger(key) || key < 0 || key >= keysPerLevel)) {
      throw new KeyError('key-path', `no node [${path}] in a tree key of ${levels} levels with ${keysPerLevel} keys`)
    }
  }

  private cached(path: NodePath): CachedNode | undefined {
    const cached = this.nodes[path.length]
    return cached?.path.every((key, level) => key === path[level]) ? cached : undefined
  }

  private keep(path: NodePath, node: KeyNode): CachedNode {
    const kept: CachedNode = { path: [...path], node }
    this.nodes[path.length] = kept
    return kept
  }

  private node(path: NodePath): CachedNode {
    return this.cached(path) ?? this.keep(path, createKeyNode(this.nodeSeed(path), this.shape.keysPerLevel))
  }

  /** The key above signs the node's key: the same bytes for all uses below the node. */
  private signNode(path: NodePath): TreeSignatureProof {
    const child = this.node(path)
    child.signedByParent ??= this.node(path.slice(0, -1)).node.sign(path.at(-1)!, child.node.publicKey)
    return child.signedByParent
  }
}

function assertWithin(what: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new KeyError('key-shape', `a tree key has 1 to ${max} ${what}, got ${value}`)
  }
}
