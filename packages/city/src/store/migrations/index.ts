import { records } from './0001-records.ts'
import { anchors } from './0002-anchors.ts'
import type { Migration } from './migration.ts'

/** All steps, oldest first: schema version `n` is the schema after the first `n` steps. */
export const migrations: readonly Migration[] = [records, anchors]
