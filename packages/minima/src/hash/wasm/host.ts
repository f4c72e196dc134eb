/** A module's bytes, as the host's functions want them. */
export type ModuleBytes = Uint8Array<ArrayBuffer>

/** The part of the host's WebAssembly object that is used; a package for Node.js and browsers alike has no type for it. */
export interface WebAssemblyHost {
  readonly validate: (bytes: ModuleBytes) => boolean
  readonly Module: new (bytes: ModuleBytes) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** `undefined` where the host has none. */
export const webAssemblyHost = (): WebAssemblyHost | undefined => Reflect.get(globalThis, 'WebAssembly')
