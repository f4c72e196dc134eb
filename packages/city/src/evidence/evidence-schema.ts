import Type, { type Static, type TSchema } from 'typebox'

/*
 * The evidence file as one description: its types, its JSON Schema and its check. What the parts mean and how they prove is
 * in docs/evidence-format.md.
 */

export const EVIDENCE_TYPE = 'minipolis-evidence/1'

/** Longest evidence file that is read, in characters. */
export const EVIDENCE_LENGTH_MAX = 4 * 1024 * 1024

/** Most readings of one file. */
export const EVIDENCE_READINGS_MAX = 1_000

const strict = { additionalProperties: false } as const
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Id = Type.String({ pattern: '^[A-Za-z0-9._~:/-]{1,128}$' })
const Count = Type.Integer({ minimum: 1, maximum: 2 ** 48 })
const Index = Type.Integer({ minimum: 0, maximum: 2 ** 48 })
const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' })
const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, lower-case hex' })
const PublicKey = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Ed25519 public key, lower-case hex' })
const KeyId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  description: 'first 16 hex digits of SHA-256 of the public key',
})
const Signature = Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$', description: 'Ed25519, base64' })
const MinimaId = Type.String({ pattern: '^0x(?:[0-9A-F]{2}){1,64}$', description: 'as the chain prints it' })
const Bytes = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: 1_000_000, description: 'wire form, base64' })
const NoteKeyText = Type.String({ maxLength: 1_000, description: 'C2SP verifier key: name+id+base64' })
const MerklePath = Type.Array(Sha256Hex, { maxItems: 96, description: 'siblings, bottom up, left before right' })

export const ReadingEntrySchema = Type.Object(
  {
    commitment: Type.Optional(Sha256Hex),
    note: Type.Optional(Type.String({ maxLength: 16_384 })),
    quality: Type.Optional(Type.String({ pattern: '^(?:missing|suspect|estimated)$' })),
    received: Type.Optional(
      Type.Object({ time: Type.String({ maxLength: 256 }), zone: Type.String({ maxLength: 128 }) }, strict),
    ),
    sequence: Count,
    stream: Id,
    time: Instant,
    value: nullable(Type.String({ maxLength: 16_384 })),
  },
  strict,
)

export const PackHeaderSchema = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 1_000 }),
    device: Id,
    first: Count,
    key: KeyId,
    previous: nullable(Sha256Hex),
    root: Sha256Hex,
    stream: Id,
    type: Type.Literal('minipolis-pack/1'),
    unit: Type.String({ maxLength: 256 }),
  },
  strict,
)

export const CredentialSchema = Type.Object(
  {
    authority: PublicKey,
    device: Id,
    notAfter: nullable(Instant),
    notBefore: Instant,
    publicKey: PublicKey,
    signature: Signature,
    type: Type.Literal('minipolis-credential/1'),
  },
  strict,
)

export const EvidencePackSchema = Type.Object(
  {
    header: PackHeaderSchema,
    inclusion: MerklePath,
    logIndex: Index,
    path: MerklePath,
    readings: Type.Array(ReadingEntrySchema, { minItems: 1, maxItems: 1_000 }),
    signature: Signature,
  },
  strict,
)

export const LogEvidenceSchema = Type.Object(
  {
    checkpoint: Type.String({ maxLength: 65_536, description: 'C2SP checkpoint: a signed note' }),
    key: NoteKeyText,
    witnesses: Type.Array(NoteKeyText, { maxItems: 16 }),
  },
  strict,
)

const BlockSchema = Type.Object({ id: MinimaId, number: Index }, strict)

export const CoinEvidenceSchema = Type.Object({ block: Index, peaks: Bytes, proof: Bytes }, strict)

export const LiveEvidenceSchema = Type.Object(
  { block: BlockSchema, consistency: MerklePath, header: Bytes, peaks: Bytes, proof: Bytes },
  strict,
)

export const AnchorEvidenceSchema = Type.Object(
  {
    block: BlockSchema,
    coin: nullable(CoinEvidenceSchema),
    headers: Type.Array(Bytes, { minItems: 1, maxItems: 256 }),
    live: nullable(LiveEvidenceSchema),
    top: BlockSchema,
    transaction: nullable(Type.Object({ body: nullable(Bytes), txpow: Bytes }, strict)),
  },
  strict,
)

export const EvidenceSchema = Type.Object(
  {
    anchor: nullable(AnchorEvidenceSchema),
    credentials: Type.Array(CredentialSchema, { minItems: 1, maxItems: 64 }),
    log: LogEvidenceSchema,
    packs: Type.Array(EvidencePackSchema, { minItems: 1, maxItems: EVIDENCE_READINGS_MAX }),
    predecessor: nullable(PackHeaderSchema),
    type: Type.Literal(EVIDENCE_TYPE),
  },
  {
    ...strict,
    $id: 'https://minipolis.example/schemas/minipolis-evidence-1.json',
    title: 'Evidence of readings, version 1',
    description:
      'One or more consecutive readings of a stream with everything that proves them. See docs/evidence-format.md.',
  },
)

export type ReadingEntry = Static<typeof ReadingEntrySchema>
export type PackHeaderEntry = Static<typeof PackHeaderSchema>
export type CredentialEntry = Static<typeof CredentialSchema>
export type EvidencePack = Static<typeof EvidencePackSchema>
export type LogEvidence = Static<typeof LogEvidenceSchema>
export type LiveEvidence = Static<typeof LiveEvidenceSchema>
export type AnchorEvidence = Static<typeof AnchorEvidenceSchema>
export type Evidence = Static<typeof EvidenceSchema>
