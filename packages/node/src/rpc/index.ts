export { type AccessMode, type Caller, OWNER } from './caller.ts'
export {
  type Command,
  type CommandContext,
  type Parameter,
  type ParameterType,
  type ReplyMembers,
  respond,
  respondText,
} from './command.ts'
export { type CoreNodeParts, coreNode } from './core-node.ts'
export { FILES_FOLDER } from './folder-files.ts'
export { RpcServer, type RpcServerOptions } from './http/rpc-server.ts'
export { Users } from './http/users.ts'
export { networkPeers } from './network-peers.ts'
export { NO_PEERS, type PeerInfo, type Peers, type PingAnswer, type Traffic } from './peers.ts'
export { RESTORED_FILE } from './rebuild.ts'
export { builtInCommand, type CommandLoaders, loadersOf, Registry } from './registry.ts'
export { RpcError, type RpcErrorCode, SoftFailure } from './rpc-error.ts'
export type { RpcNode } from './rpc-node.ts'
export { RpcService, type RpcServiceOptions, type RpcServiceParts } from './rpc-service.ts'
export { type Messaging, RpcState } from './rpc-state.ts'
export { CommandRunner } from './run-line.ts'
export { NodeEvents } from './webhooks/node-events.ts'
