import { MinipolisError } from '@minipolis/minima'

/**
 * - `network-unknown`: the data folder names a network that this version does not know
 * - `chain-lost`: the rows hold anchors, but the folder's chain and wallet are gone
 */
export class CityError extends MinipolisError<'network-unknown' | 'chain-lost'> {}
