export { type CommandDoor, FullNode, type FullNodeOptions, type FullNodeParts } from './full-node.ts'
export { FullNodeError, type FullNodeErrorCode } from './full-node-error.ts'
export {
  builtInNetwork,
  isNetworkName,
  type NetworkDefinition,
  networkOptions,
  parseNetworkFile,
  readNetwork,
} from './network-definition.ts'
export { inspectNodeFolder, type NodeFolder, openNodeFolder } from './node-folder.ts'
export { announceNode, findNode, type RunningNode, withdrawNode } from './running-node.ts'
