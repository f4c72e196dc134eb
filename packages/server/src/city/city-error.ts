import { MinipolisError } from '@minipolis/minima'

/** - `network-unknown`: the data folder names a network that this version does not know */
export class CityError extends MinipolisError<'network-unknown'> {}
