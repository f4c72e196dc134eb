import { MinipolisError } from '@minipolis/minima'

/**
 * - `folder-in-use`: another process runs on the folder
 * - `folder-network`: the folder belongs to another network or city
 * - `folder-version`: a newer version of the program made the folder
 * - `folder-foreign`: the folder holds other things than a city
 * - `folder-damaged`: a file of the folder cannot be read
 * - `folder-unwritable`: the folder cannot be made or written to
 */
export class FolderError extends MinipolisError<
  'folder-in-use' | 'folder-network' | 'folder-version' | 'folder-foreign' | 'folder-damaged' | 'folder-unwritable'
> {}
