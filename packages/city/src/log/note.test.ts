import { describe, expect, test } from 'vitest'
import { ed25519, fromBase64, toBase64 } from '../crypto/index.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { LogError } from './log-error.ts'
import {
  cosign,
  cosignatureTime,
  formatNoteKey,
  NOTE_SIGNATURES_MAX,
  noteKey,
  parseNote,
  parseNoteKey,
  signNote,
  verifyNote,
} from './note.ts'
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof LogError) return error.code
    throw error
  }
  return 'no error'
}

const secret = new Uint8Array(32).fill(7)
const key = noteKey('example.org/log', ed25519.publicKey(secret))
const witnessSecret = new Uint8Array(32).fill(9)
const witness = noteKey('witness.example', ed25519.publicKey(witnessSecret), 0x04)
const text = formatCheckpoint({ origin: 'example.org/log', size: 20852163, root: new Uint8Array(32).fill(3) })

describe('signed notes', () => {
  // The worked example of golang.org/x/mod/sumdb/note.
  const neumann = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const neumannNote =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

  test('a published key and note verify', () => {
    const parsed = parseNoteKey(neumann)
    expect(formatNoteKey(parsed)).toBe(neumann)
    expect(verifyNote(parseNote(neumannNote), [parsed])).toHaveLength(1)
  })

  test('any changed character of a published note is refused', () => {
    const parsed = parseNoteKey(neumann)
    for (let i = 0; i < neumannNote.length; i++) {
      const c = neumannNote[i] === 'x' ? 'y' : 'x'
      const changed = neumannNote.slice(0, i) + c + neumannNote.slice(i + 1)
      expect(['note-syntax', 'note-signature'], `character ${i}`).toContain(
        code(() => verifyNote(parseNote(changed), [parsed])),
      )
    }
  })

  test('what is signed verifies, and a text may have empty lines', () => {
    const note = signNote('one\n\ntwo\n', { key, secret })
    expect(parseNote(note).text).toBe('one\n\ntwo\n')
    expect(verifyNote(parseNote(note), [key])).toHaveLength(1)
  })

  test('signatures of unknown keys are ignored, a wrong one of a known key is not', () => {
    const other = noteKey('example.org/log', ed25519.publicKey(witnessSecret))
    const note = signNote(text, { key, secret })
    expect(
      verifyNote(parseNote(note + signNote(text, { key: other, secret: witnessSecret }).split('\n\n')[1]), [key]),
    ).toHaveLength(1)
    expect(code(() => verifyNote(parseNote(note), [other]))).toBe('note-signature')
    expect(code(() => verifyNote(parseNote(signNote(text, { key, secret: witnessSecret })), [key]))).toBe(
      'note-signature',
    )
  })

  test('a cosignature verifies with its time; another time, text or key does not', () => {
    const note = parseNote(
      signNote(text, { key, secret }) + cosign(text, { key: witness, secret: witnessSecret }, 1_679_315_147n),
    )
    const [first, second] = verifyNote(note, [key, witness])
    expect(first!.key.type).toBe(1)
    expect(cosignatureTime(second!.signature.signature)).toBe(1_679_315_147n)
    const shifted = second!.signature.signature.slice()
    shifted[7]! ^= 1
    const tampered = { ...note, signatures: [note.signatures[0]!, { ...note.signatures[1]!, signature: shifted }] }
    expect(code(() => verifyNote(tampered, [key, witness]))).toBe('note-signature')
    expect(verifyNote(tampered, [key])).toHaveLength(1)
  })

  test.each([
    ['no empty line', 'a\n— b AAAAAAA=\n'],
    ['no final newline', 'a\n\n— b AAAAAAA='],
    ['a control character', 'a\r\n\n— b AAAAAAA=\n'],
    ['a hyphen for the dash', 'a\n\n- b AAAAAAA=\n'],
    ['a plus in the name', 'a\n\n— b+c AAAAAAA=\n'],
    ['a wide blank in the name', 'a\n\n— b\u3000c AAAAAAA=\n'],
    ['only a key id', 'a\n\n— b AAAAAA==\n'],
    ['stray low bits in base64', 'a\n\n— b AAAAAAB=\n'],
    ['no signature', 'a\n\n'],
    ['nothing', ''],
  ])('a note with %s is refused', (_, note) => {
    expect(code(() => parseNote(note))).toBe('note-syntax')
  })

  test('sixteen signatures are read, more than the limit are refused', () => {
    const line = '— b AAAAAAA=\n'
    expect(parseNote(`a\n\n${line.repeat(16)}`).signatures).toHaveLength(16)
    expect(code(() => parseNote(`a\n\n${line.repeat(NOTE_SIGNATURES_MAX + 1)}`))).toBe('note-syntax')
  })

  test.each(['x', 'a+00000000+AQ==', neumann.replace('c74f20a3', 'c74f20a4'), neumann.replace('+AR', '+BR')])(
    'the verifier key %j is refused',
    (bad) => {
      expect(code(() => parseNoteKey(bad))).toBe('note-key')
    },
  )
})

describe('checkpoints', () => {
  test('the worked example of the specification reads', () => {
    const example = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    const checkpoint = parseCheckpoint(example)
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 })
    expect(formatCheckpoint(checkpoint)).toBe(example)
  })

  test.each([
    ['a size with a leading zero', 'o\n012\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['a negative size', 'o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['a size beyond any log', 'o\n9999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['a short root', 'o\n1\nCsUYag==\n'],
    ['an empty origin', '\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['an empty extension', 'o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n'],
    ['two lines', 'o\n1\n'],
    ['no final newline', 'o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='],
  ])('%s is refused', (_, bad) => {
    expect(code(() => parseCheckpoint(bad))).toBe('checkpoint-syntax')
  })
})

describe('tlog-proof files', () => {
  const checkpoint = signNote(text, { key, secret })
  const proof = { index: 73894, hashes: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)], checkpoint }

  test('are written as the specification shows and read back', () => {
    const file = formatTlogProof(proof)
    expect(file.split('\n').slice(0, 5)).toEqual([
      'c2sp.org/tlog-proof@v1',
      'index 73894',
      toBase64(proof.hashes[0]!),
      toBase64(proof.hashes[1]!),
      '',
    ])
    expect(parseTlogProof(file)).toEqual(proof)
    const withExtra = { ...proof, extra: fromBase64('YWdl') }
    expect(formatTlogProof(withExtra)).toContain('@v1\nextra YWdl\nindex')
    expect(parseTlogProof(formatTlogProof(withExtra))).toEqual(withExtra)
  })

  test.each([
    ['another header', (file: string) => file.replace('@v1', '@v2')],
    ['an index with a leading zero', (file: string) => file.replace('index 7', 'index 07')],
    ['no index', (file: string) => file.replace(/index.*\n/, '')],
    ['a short hash', (file: string) => file.replace(/AQEB/, '')],
    ['no checkpoint', (file: string) => file.split('\n\n')[0]!],
    [
      'too many hashes',
      (file: string) => file.replace('\n\n', `\n${`${toBase64(new Uint8Array(32))}\n`.repeat(60)}\n`),
    ],
  ])('with %s are refused', (_, change) => {
    expect(code(() => parseTlogProof(change(formatTlogProof(proof))))).toBe('proof-syntax')
  })
})
