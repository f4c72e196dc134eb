import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MinipolisError } from '@minipolis/minima'
import { vectorKinds } from './kinds/index.ts'
import { describeFormat, isVectorFileName, readVectorFile } from './read-file.ts'
import type { VectorFile, VectorKind } from './vector-kind.ts'

export interface FailedCase {
  readonly name: string
  readonly reason: string
}

/** What came of one file: its cases, or why it was passed over. */
export type FileResult =
  | { readonly path: string; readonly kind: string; readonly passed: number; readonly failed: readonly FailedCase[] }
  | { readonly path: string; readonly skipped: string }

const reasonOf = (error: unknown): string => {
  if (error instanceof MinipolisError) return `${error.code}: ${error.message}`
  // An error without a code is a fault of the project: its place is worth more than its text.
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Checks a recording in every way that the project knows for it. */
export async function runVectorFile(file: VectorFile): Promise<FileResult> {
  const kinds = vectorKinds.filter((known) => known.matches(file))
  if (kinds.length === 0) return { path: file.path, skipped: describeFormat(file) }
  const failed: FailedCase[] = []
  let passed = 0
  for (const kind of kinds) passed += await runKind(kind, file, failed)
  // Whatever was to be recorded is not there: a file without cases proves nothing.
  if (passed + failed.length === 0) failed.push({ name: 'file', reason: 'the recording holds no case' })
  return { path: file.path, kind: kinds.map(({ name }) => name).join(', '), passed, failed }
}

/** A recording that ends amid its cases, or before the first, is one failed case more. @returns how many passed */
async function runKind(kind: VectorKind, file: VectorFile, failed: FailedCase[]): Promise<number> {
  let passed = 0
  try {
    for await (const { name, check } of kind.cases(file)) {
      try {
        await check()
        passed++
      } catch (error) {
        failed.push({ name, reason: reasonOf(error) })
      }
    }
  } catch (error) {
    failed.push({
      name: `${kind.name}, the cases after ${passed + failed.length}`,
      reason: reasonOf(error),
    })
  }
  return passed
}

/** Paths of all recordings below a directory, in order of their names; a file is itself. */
export function vectorFilesIn(directory: string): readonly string[] {
  if (!statSync(directory).isDirectory()) return [directory]
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isVectorFileName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Runs all recordings below the directories, one file at a time. An unreadable file counts as one failed case. */
export async function* runVectorDirectories(directories: readonly string[]): AsyncGenerator<FileResult> {
  for (const directory of directories) {
    for (const path of vectorFilesIn(directory)) {
      try {
        const recordings = readVectorFile(path)
        for (const recording of recordings) yield await runVectorFile(recording)
        if (recordings.length === 0) yield { path, skipped: 'it holds no JSON object' }
      } catch (error) {
        if (!(error instanceof MinipolisError)) throw error
        yield { path, kind: 'unreadable', passed: 0, failed: [{ name: 'file', reason: reasonOf(error) }] }
      }
    }
  }
}
