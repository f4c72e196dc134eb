import { createPublicKey, verify as verifyNative } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { decodeExact, TxPoW } from '@minipolis/minima'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readAnchorState } from '../src/anchor/index.ts'
import { type Ed25519, ed25519, fromBase64, toBase64 } from '../src/crypto/index.ts'
import { checkLineage } from '../src/evidence/check-lineage.ts'
import {
  EVIDENCE_SIZE_AIM,
  type Evidence,
  EvidenceError,
  EvidenceSchema,
  formatEvidence,
  type LinkName,
  makeEvidence,
  verifyEvidence,
} from '../src/evidence/index.ts'
import { cosign, formatNoteKey, noteKey } from '../src/log/index.ts'
import { EvidenceCity, readings, START_MS } from './evidence-city.ts'

/** The runtime's own Ed25519: a tenth of the time, and the same judgement. */
const nodeEd25519: Ed25519 = {
  ...ed25519,
  verify(signature, message, publicKey) {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
    return verifyNative(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  },
}

const STREAM = 'la/717447'
let city: EvidenceCity

/** Anchors: after packs 1 to 3 (listed in a block), after pack 4 (a block's own transaction); then a pack without anchor. */
beforeAll(async () => {
  city = await EvidenceCity.start()
  await city.run(6)
  await city.accept('other/1', readings(300))
  await city.accept(STREAM, readings(12))
  await city.accept(STREAM, readings(5, 12))
  await city.accept('other/2', readings(700))
  await city.log.checkpoint()
  await city.run(20)
  await city.accept(STREAM, readings(3, 20), { skip: 3 })
  await city.log.checkpoint()
  await city.run(12, { own: true })
  await city.accept(STREAM, readings(4, 23))
  await city.log.checkpoint()
  await city.accept(STREAM, readings(2, 27))
  expect(city.errors).toEqual([])
})

const make = (first: number, last = first) => makeEvidence(city.parts, { stream: STREAM, first, last })
const verify = (evidence: Evidence) => verifyEvidence(formatEvidence(evidence))
const brokenLinks = (evidence: unknown) =>
  verifyEvidence(evidence, { ed25519: nodeEd25519 })
    .links.filter(({ ok }) => !ok)
    .map(({ name }) => name)
const failure = async (work: Promise<unknown>) => {
  try {
    await work
  } catch (error) {
    if (error instanceof EvidenceError) return error.code
    throw error
  }
  return 'no error'
}

describe('evidence of one reading', () => {
  test('holds, and says reading, block, time, depth and work', async () => {
    const verdict = verify(await make(7))
    expect(verdict.links.filter(({ ok }) => !ok)).toEqual([])
    expect(verdict.links.map(({ name }) => name)).toEqual([
      'file',
      'credential',
      'signature',
      'pack',
      'predecessor',
      'checkpoint',
      'log',
      'headers',
      'transaction',
      'coin',
      'anchor',
      'live',
    ])
    expect(verdict).toMatchObject({
      intact: true,
      complete: true,
      gaps: [],
      state: 'anchored',
      log: 'city.example/log',
    })
    expect(verdict.readings).toEqual([
      { sequence: 7, stream: STREAM, time: '2012-03-01T08:30:00.000Z', value: '66.25', unit: '[mi_i]/h' },
    ])
    const block = await city.chain.block({ number: BigInt(verdict.block!.number) })
    expect(verdict.block!.id).toBe(block!.id)
    expect(verdict.time.notAfter).toBe(new Date(Number(block!.timeMs)).toISOString())
    const tip = await city.chain.tip()
    expect(verdict.asOf).toMatchObject({ number: Number(tip.number), id: tip.id })
    expect(verdict.depth).toBe(Number(tip.number) - verdict.block!.number)
    expect(Number(verdict.difficulty)).toBeGreaterThan(1)
  })

  test('the first reading of the stream begins it', async () => {
    const evidence = await make(1)
    expect(evidence.predecessor).toBeNull()
    expect(verify(evidence)).toMatchObject({ intact: true, complete: true })
  })

  test('an anchor that is a block of its own holds without a body', async () => {
    const evidence = await make(21)
    expect(evidence.anchor!.transaction!.body).toBeNull()
    expect(verify(evidence)).toMatchObject({ intact: true, state: 'anchored' })
  })

  test('the anchor before shows after which block the reading entered the log', async () => {
    const [first, second] = [verify(await make(7)), verify(await make(21))]
    expect(first.time.afterBlock).toBeUndefined()
    expect(second.time.afterBlock).toBe(first.block!.number)
  })

  test('a reading in a checkpoint but on no anchor yet is logged, intact, and plainly not anchored', async () => {
    const evidence = await make(24)
    expect(evidence.anchor).toBeNull()
    const verdict = verify(evidence)
    expect(verdict).toMatchObject({ intact: true, complete: true, state: 'logged', time: {} })
    expect(verdict.block).toBeUndefined()
  })

  test('a reading in no checkpoint yet, or none at all, has no evidence', async () => {
    expect(await failure(make(28))).toBe('not-logged')
    expect(await failure(make(99))).toBe('no-such-reading')
    expect(await failure(make(19))).toBe('no-such-reading')
    expect(await failure(make(1, 2_000))).toBe('too-many')
    expect(await failure(makeEvidence(city.parts, { stream: 'none', first: 1 }))).toBe('no-such-reading')
  })

  test('fits in 32 KB, also without a ledger', async () => {
    expect(formatEvidence(await make(7)).length).toBeLessThan(EVIDENCE_SIZE_AIM)
    const { ledger: _, ...offline } = city.parts
    const evidence = await makeEvidence(offline, { stream: STREAM, first: 7 })
    expect(evidence.anchor!.live).toBeNull()
    expect(verify(evidence)).toMatchObject({ intact: true, state: 'anchored' })
  })

  test('is what its published schema describes', () => {
    const file = new URL('../src/evidence/evidence.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...JSON.parse(JSON.stringify(EvidenceSchema)),
    })
  })
})

describe('evidence of several readings', () => {
  test('over two packs is complete', async () => {
    const evidence = await make(3, 15)
    expect(evidence.packs).toHaveLength(2)
    const verdict = verify(evidence)
    expect(verdict).toMatchObject({ intact: true, complete: true, gaps: [] })
    expect(verdict.readings.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  })

  test('names what the device never delivered', async () => {
    expect(verify(await make(15, 22))).toMatchObject({ intact: true, complete: false, gaps: [{ from: 18, to: 20 }] })
    expect(verify(await make(22))).toMatchObject({ intact: true, complete: false, gaps: [{ from: 18, to: 20 }] })
  })

  test('names what somebody left out', async () => {
    const evidence = await make(3, 15)
    const short = { ...evidence, packs: [await packOf(3, 5), await packOf(14, 15)] }
    expect(verifyEvidence(short)).toMatchObject({ intact: true, complete: false, gaps: [{ from: 6, to: 13 }] })
  })

  const packOf = async (first: number, last: number) => (await make(first, last)).packs[0]!

  test('a pack left out between two others, or before all of them, is named as a gap', async () => {
    const evidence = await make(3, 22)
    const [first, second, third] = evidence.packs
    expect(verifyEvidence({ ...evidence, packs: [first, third] })).toMatchObject({
      intact: true,
      complete: false,
      gaps: [{ from: second!.header.first, to: third!.header.first - 1 }],
    })
    expect(verifyEvidence({ ...(await make(14)), predecessor: null })).toMatchObject({
      intact: true,
      complete: false,
      gaps: [{ from: 1, to: (await packOf(14, 14)).header.first - 1 }],
    })
  })

  test('a pack that names another one right before it breaks the order', async () => {
    const evidence = await make(14)
    const predecessor = { ...evidence.predecessor!, root: '00'.repeat(32) }
    expect(brokenLinks({ ...evidence, predecessor })).toEqual(['predecessor'])
    const early = { ...evidence.predecessor!, count: evidence.predecessor!.count + 1 }
    expect(brokenLinks({ ...evidence, predecessor: early })).toEqual(['predecessor'])
  })
})

describe('any altered byte', () => {
  test('of the file breaks it, wherever it is', async () => {
    const text = formatEvidence(await make(14))
    expect(verifyEvidence(text).intact).toBe(true)
    for (let i = 0; i < text.length; i += 41) {
      const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)
      const verdict = verifyEvidence(changed, { ed25519: nodeEd25519 })
      expect(verdict.intact, `character ${i}: ${text.slice(i - 20, i + 20)}`).toBe(false)
      expect(verdict.links.some(({ ok }) => !ok)).toBe(true)
    }
  })

  test('cut, longer, with a blank or with another line end is broken', async () => {
    const text = formatEvidence(await make(14))
    for (const changed of [
      text.slice(0, -1),
      `${text}\n`,
      ` ${text}`,
      text.replace(':', ': '),
      text.replace('\n', '\r\n'),
      text.slice(0, 500),
      '',
    ]) {
      expect(brokenLinks(changed)).toEqual(['file'])
    }
  })

  test('a member doubled, added or left out is broken', async () => {
    const evidence = await make(14)
    const text = formatEvidence(evidence)
    expect(brokenLinks(text.replace('"predecessor":', '"predecessor":null,"predecessor":'))).toEqual(['file'])
    expect(brokenLinks({ ...evidence, comment: 'x' })).toEqual(['file'])
    expect(brokenLinks({ ...evidence, log: undefined })).toEqual(['file'])
    for (const key of Object.keys(evidence)) {
      const { [key as keyof Evidence]: _, ...less } = evidence
      expect(brokenLinks(less)).toEqual(['file'])
    }
  })

  /** Every text and number in the evidence with the way to change it. */
  function* places(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
    if (typeof value === 'string' || typeof value === 'number') yield path
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* places(item, [...path, i])
    else if (value !== null && typeof value === 'object')
      for (const [key, item] of Object.entries(value)) yield* places(item, [...path, key])
  }
  const changeAt = (evidence: Evidence, path: (string | number)[], change: (value: unknown) => unknown): Evidence => {
    const copy = structuredClone(evidence) as unknown as Record<string, unknown>
    let holder = copy
    for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>
    const last = path.at(-1)!
    holder[last] = change(holder[last])
    return copy as unknown as Evidence
  }

  test('of a value that keeps the form breaks the link it belongs to', async () => {
    const evidence = await make(14, 16)
    const linkOf: [RegExp, LinkName[]][] = [
      [/^packs\.\d+\.readings/, ['pack', 'log', 'credential']],
      [/^packs\.\d+\.header/, ['signature', 'credential', 'pack', 'predecessor']],
      [/^packs\.\d+\.signature/, ['signature']],
      [/^packs\.\d+\.path/, ['pack']],
      [/^packs\.\d+\.(inclusion|logIndex)/, ['log']],
      [/^predecessor/, ['predecessor']],
      [/^credentials/, ['credential', 'signature']],
      [/^log/, ['checkpoint']],
      [/^anchor\.headers/, ['headers']],
      [/^anchor\.(block|top)/, ['headers', 'coin']],
      [/^anchor\.transaction/, ['transaction']],
      [/^anchor\.coin/, ['coin']],
      [/^anchor\.live/, ['live']],
      [/^type/, ['file']],
    ]
    let seen = 0
    for (const path of places(evidence)) {
      const name = path.join('.')
      const [, links] = linkOf.find(([pattern]) => pattern.test(name)) ?? [undefined, []]
      const changed = changeAt(evidence, path, (value) =>
        typeof value === 'number' ? value + 1 : otherText(value as string),
      )
      const found = brokenLinks(changed)
      expect(found.length, name).toBeGreaterThan(0)
      if (!found.includes('file'))
        expect(links.filter((link) => found.includes(link)).length, `${name}: ${found}`).toBeGreaterThan(0)
      seen++
    }
    expect(seen).toBeGreaterThan(60)
  })

  /** Changes one character in the middle to another of the same alphabet. */
  const otherText = (text: string): string => {
    const at = Math.floor(text.length / 2)
    const c = text[at]!
    const other = /[0-9]/.test(c)
      ? String((Number(c) + 1) % 10)
      : c === 'a'
        ? 'b'
        : c === 'A'
          ? 'B'
          : /[a-z]/.test(c)
            ? 'a'
            : /[A-Z]/.test(c)
              ? 'A'
              : '1'
    return text.slice(0, at) + other + text.slice(at + 1)
  }

  test('inside any binary part is found, for every byte', async () => {
    const evidence = await make(14)
    const parts: (string | number)[][] = [
      ['anchor', 'coin', 'proof'],
      ['anchor', 'coin', 'peaks'],
      ['anchor', 'live', 'proof'],
      ['anchor', 'live', 'header'],
      ['anchor', 'live', 'peaks'],
      ['anchor', 'headers', 0],
      ['anchor', 'transaction', 'body'],
    ]
    for (const path of parts) {
      const bytes = fromBase64(
        String(path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], evidence)),
      )
      for (let i = 0; i < bytes.length; i++) {
        const bad = bytes.slice()
        bad[i]! ^= 1 << (i % 8)
        const changed = changeAt(evidence, path, () => toBase64(bad))
        expect(brokenLinks(changed).length, `${path.join('.')} byte ${i}`).toBeGreaterThan(0)
      }
    }
  }, 120_000)

  test('of the transaction unit is found, with the bytes drawn by lot', async () => {
    const evidence = await make(14)
    const bytes = fromBase64(evidence.anchor!.transaction!.txpow)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = bytes.slice()
        bad[at]! ^= change
        const transaction = { ...evidence.anchor!.transaction!, txpow: toBase64(bad) }
        expect(brokenLinks({ ...evidence, anchor: { ...evidence.anchor!, transaction } })).toContain('transaction')
      }),
      { numRuns: 80 },
    )
  })
})

describe('parts of two files do not mix', () => {
  test('the anchor of another checkpoint, the log position of another reading, the key of another device', async () => {
    const [a, b] = [await make(7), await make(21)]
    expect(brokenLinks({ ...a, anchor: b.anchor })).toContain('anchor')
    expect(brokenLinks({ ...a, log: b.log })).toContain('log')
    expect(brokenLinks({ ...a, packs: [{ ...a.packs[0]!, readings: (await make(8)).packs[0]!.readings }] })).toEqual([
      'pack',
      'log',
    ])
    const other = await makeEvidence(city.parts, { stream: 'other/1', first: 5 })
    expect(brokenLinks({ ...a, credentials: other.credentials })).toContain('credential')
    expect(brokenLinks({ ...a, credentials: [...a.credentials, ...other.credentials] })).toEqual(['credential'])
    expect(brokenLinks({ ...a, anchor: { ...a.anchor!, coin: b.anchor!.coin } })).toContain('coin')
    expect(brokenLinks({ ...a, anchor: { ...a.anchor!, transaction: b.anchor!.transaction } })).toContain('transaction')
    expect(brokenLinks({ ...a, anchor: { ...a.anchor!, coin: null, transaction: null } })).toEqual(['anchor'])
  })

  test('an anchor that somebody made beside the line of anchors is refused', async () => {
    const evidence = await make(7)
    const { txpow } = evidence.anchor!.transaction!
    const { transaction } = decodeExact(TxPoW, fromBase64(txpow)).body!
    const { address } = city.anchors.foundingKept!
    // The same words, paid for with a wallet coin instead of the anchor before.
    const beside = await city.chain.build({
      outputs: [{ address, amount: transaction.outputs[0]!.amount, storeState: true }],
      state: transaction.state,
      fund: true,
    })
    const statement = readAnchorState(transaction.state)!
    expect(checkLineage(decodeExact(TxPoW, fromBase64(txpow)).body!, statement)).toBe(address)
    expect(() => checkLineage(beside.body!, statement)).toThrow('not in a line of anchors')
    // A genuine successor under another serial than its own.
    const later = decodeExact(TxPoW, fromBase64((await make(21)).anchor!.transaction!.txpow)).body!
    expect(checkLineage(later, { ...statement, serial: 2 })).toBe(address)
    expect(() => checkLineage(later, { ...statement, serial: 3 })).toThrow('not anchor 2 of the line')
    expect(() => checkLineage(decodeExact(TxPoW, fromBase64(txpow)).body!, { ...statement, serial: 2 })).toThrow(
      'begins a line',
    )
  })

  test('either form of anchoring is enough by itself', async () => {
    const evidence = await make(7)
    expect(verify({ ...evidence, anchor: { ...evidence.anchor!, coin: null } })).toMatchObject({
      intact: true,
      state: 'anchored',
    })
    expect(verify({ ...evidence, anchor: { ...evidence.anchor!, transaction: null, live: null } })).toMatchObject({
      intact: true,
      state: 'anchored',
    })
  })

  test('a header path with a block left out that the next does not name is broken', async () => {
    const evidence = await make(7)
    const headers = evidence.anchor!.headers
    expect(headers.length).toBeGreaterThan(3)
    for (let i = 1; i < headers.length - 1; i++) {
      const less = headers.filter((_, at) => at !== i)
      // A block whose place the next one's super parents can bridge may be left out: the path is then only shorter.
      const found = brokenLinks({ ...evidence, anchor: { ...evidence.anchor!, headers: less, coin: null } })
      expect([[], ['headers']]).toContainEqual(found)
    }
    expect(brokenLinks({ ...evidence, anchor: { ...evidence.anchor!, headers: [...headers].reverse() } })).toContain(
      'headers',
    )
    expect(brokenLinks({ ...evidence, anchor: { ...evidence.anchor!, headers: headers.slice(0, -1) } })).toContain(
      'headers',
    )
  })
})

describe('what the checker knows', () => {
  test('another authority, log key or chain is refused; the right ones are named', async () => {
    const text = formatEvidence(await make(7))
    const authority = (await make(7)).credentials[0]!.authority
    const logKey = formatNoteKey(city.log.key)
    const judge = (trust: Parameters<typeof verifyEvidence>[1]) =>
      verifyEvidence(text, trust)
        .links.filter(({ ok }) => !ok)
        .map(({ name }) => name)
    expect(judge({ trust: { authorityKeys: [authority], logKeys: [logKey], isOnChain: () => true } })).toEqual([])
    expect(judge({ trust: { authorityKeys: ['00'.repeat(32)] } })).toEqual(['credential'])
    expect(judge({ trust: { logKeys: ['x'] } })).toEqual(['checkpoint', 'log'])
    expect(judge({ trust: { anchorAddresses: [city.anchors.foundingKept!.address] } })).toEqual([])
    expect(judge({ trust: { anchorAddresses: ['0x00'] } })).toEqual(['anchor'])
    expect(judge({ trust: { isOnChain: () => false } })).toEqual(['headers'])
    expect(judge({ trust: { isOnChain: () => undefined } })).toEqual([])
  })

  test('a block from the future is refused', async () => {
    const text = formatEvidence(await make(7))
    expect(verifyEvidence(text, { nowMs: city.now }).intact).toBe(true)
    expect(verifyEvidence(text, { nowMs: START_MS }).intact).toBe(false)
  })
})

describe('witnesses', () => {
  const secret = new Uint8Array(32).fill(8)
  const witness = noteKey('agency.example/witness', ed25519.publicKey(secret), 0x04)

  test('a cosignature goes in when its key is known, and is checked', async () => {
    const at = city.logStore.checkpoints.length - 1
    const checkpoint = city.logStore.checkpoints[at]!
    const text = checkpoint.text.split('\n\n')[0]!
    city.logStore.checkpoints[at] = {
      ...checkpoint,
      text: checkpoint.text + cosign(`${text}\n`, { key: witness, secret }, 1_700_000_000n),
    }
    const without = await make(24)
    expect(without.log.witnesses).toEqual([])
    expect(verify(without).intact).toBe(true)
    const evidence = await makeEvidence({ ...city.parts, witnesses: [witness] }, { stream: STREAM, first: 24 })
    expect(evidence.log.witnesses).toEqual([formatNoteKey(witness)])
    expect(verify(evidence).intact).toBe(true)
    expect(brokenLinks({ ...evidence, log: { ...evidence.log, witnesses: [] } })).toContain('checkpoint')
    expect(
      brokenLinks({
        ...evidence,
        log: { ...evidence.log, witnesses: [...evidence.log.witnesses, formatNoteKey(witness)] },
      }),
    ).toContain('checkpoint')
    expect(brokenLinks({ ...without, log: { ...without.log, witnesses: [formatNoteKey(witness)] } })).toContain(
      'checkpoint',
    )
    city.logStore.checkpoints[at] = checkpoint
  })
})

test('no input at all makes the verifier throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue(), fc.anything()), (value) => {
      expect(verifyEvidence(value).intact).toBe(false)
    }),
  )
})
