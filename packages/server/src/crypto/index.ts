export { createNodeEd25519, nodeEd25519, nodeSha256 } from './node-crypto.ts'
