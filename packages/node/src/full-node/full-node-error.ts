import { MinipolisError } from '@minipolis/minima'

/**
 * - `network-file`: the description of a network cannot be used.
 * - `folder-network`: the folder belongs to another network.
 * - `folder-foreign`: the folder holds other things than a node.
 * - `folder-damaged`: a file of the folder cannot be read.
 * - `folder-missing`: there is no node in the folder.
 * - `node-runs`: a node runs on the folder.
 */
export type FullNodeErrorCode =
  | 'network-file'
  | 'folder-network'
  | 'folder-foreign'
  | 'folder-damaged'
  | 'folder-missing'
  | 'node-runs'

export class FullNodeError extends MinipolisError<FullNodeErrorCode> {}
