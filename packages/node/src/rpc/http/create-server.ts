import type { Server, ServerOptions } from 'node:http'

/**
 * An HTTP server, or one over TLS. Not by `import`: that fills in every name of `node:http`, also `WebSocket`, for which Node.js
 * loads a whole HTTP client that no server needs, in 7 MB.
 *
 * @param tls PEM texts
 */
export function createServer(options: ServerOptions, tls?: { readonly key: string; readonly cert: string }): Server {
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(options)
  return process.getBuiltinModule('node:https').createServer({ ...options, ...tls, minVersion: 'TLSv1.2' })
}
