/** What the chain recordings hold. Hex is upper case with `0x`; numbers that may be large are text. */

export const RECORDING_FORMAT = 'minipolis-chain-vectors-1'

export interface RecordedHeader {
  readonly format: string
  readonly params: { readonly set: string }
}

export interface RecordedWallet {
  readonly keys: readonly { readonly publickey: string }[]
  readonly scripts: readonly { readonly address: string; readonly track: boolean }[]
}

export interface RecordedChecks {
  readonly basic: Verdict
  readonly signatures: Verdict
  readonly statestore: Verdict
  readonly relaypolicy: Verdict
  readonly scriptsattip: Verdict
  readonly monotonic: Verdict
  readonly mmrattip: Verdict
  readonly mempoolcoins: Verdict
}

/** `exception` counts as refused. */
export type Verdict = boolean | 'exception'

export interface RecordedBlock {
  readonly number: string
  readonly parent: string
  readonly time: string
  readonly difficulty: string
  readonly superlevel: number
  readonly weight: string
  readonly txnlist: readonly string[]
  readonly txblock: string
  readonly mmr: {
    readonly root: string
    readonly total: string
    readonly entrynumber: string
    readonly peaks: readonly {
      readonly row: number
      readonly entry: string
      readonly data: string
      readonly value: string
    }[]
  }
  readonly coins?: readonly { readonly coin: string }[]
  readonly nextdifficulty: string
  readonly mintime: string
  readonly nextmagic: string
}

/** Number, level, super level, weight at that level. */
export type RecordedCascadeNode = readonly [string, number, number, string]

export interface RecordedCascade {
  readonly length: number
  readonly weight: string
  readonly nodes: readonly RecordedCascadeNode[]
}

export interface RecordedState {
  readonly tip: string
  readonly tipblock: string
  readonly root: string
  readonly rootblock: string
  readonly treesize: number
  readonly branchlength: number
  readonly rootweight: string
  readonly cascade: RecordedCascade
  readonly mempool: readonly string[]
  readonly relevantunspent: readonly string[]
}

export interface RecordedEvent {
  readonly kind: string
  readonly note?: string
  readonly txpow: string
  readonly txpowid: string
  /** The derived values stand together or not at all. */
  readonly isblock?: boolean
  readonly istransaction?: boolean
  readonly superlevel?: number
  readonly weight?: string
  readonly size?: number
  readonly sizewithouttxns?: number
  readonly burn?: string
  readonly checks?: RecordedChecks
  readonly intree?: boolean
  readonly block?: RecordedBlock
  readonly alsoadded?: readonly { readonly txpowid: string; readonly block: RecordedBlock }[]
  readonly state?: RecordedState
}

export interface EventsRecording {
  readonly header: RecordedHeader
  readonly wallet: RecordedWallet
  readonly events: readonly RecordedEvent[]
}

export interface BlocksRecording {
  readonly header: RecordedHeader
  readonly wallet: RecordedWallet
  readonly blocks: readonly {
    readonly txpow: string
    readonly txpowid: string
    readonly txns: readonly (string | { readonly txpow: string })[]
    readonly block: RecordedBlock
    readonly state: RecordedState
  }[]
  readonly ibd?: RecordedIbds
}

export interface RecordedIbd {
  readonly hascascade: boolean
  readonly cascadelength: number
  readonly blocks: readonly string[]
  readonly weight: string
  readonly validdata: boolean
  readonly ibd?: string
}

export interface RecordedIbds {
  readonly complete: RecordedIbd
  readonly cascade: string
  readonly cascadenodes: RecordedCascade & { readonly consistent?: boolean }
  readonly greetings: readonly {
    readonly name: string
    readonly topblock: string
    readonly chain: readonly string[]
    readonly valid: boolean
    readonly ibd: RecordedIbd
  }[]
  readonly syncfromroot: RecordedIbd
  readonly archivefrom0: RecordedIbd
  readonly archivefrom10: RecordedIbd
  readonly heavier: readonly {
    readonly name: string
    readonly extratxblock?: string
    readonly oursheavierorequal: boolean
  }[]
}
