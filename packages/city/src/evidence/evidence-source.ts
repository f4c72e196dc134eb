/** A pack as the city accepted it, with what shows whose key signed it. */
export interface SignedPack {
  /** Canonical JSON of the pack header, as signed. */
  readonly header: string
  /** 64 bytes, Ed25519. */
  readonly signature: Uint8Array
  /** Log index of the pack's first reading; the others follow it without a hole. */
  readonly logFirst: number
  /** Canonical JSON of the credential of the pack's key, its signature included. */
  readonly credential: string
}

/** What the maker of evidence asks the city's rows. */
export interface EvidenceSource {
  /** The packs that hold readings `first … last` of a stream, oldest first; none when there are no such readings. */
  packs(stream: string, first: number, last: number): Promise<SignedPack[]>
  /** Header of the stream's last pack before the one that begins with this sequence: its predecessor, or the end before a gap. */
  headerBefore(stream: string, sequence: number): Promise<string | undefined>
}
