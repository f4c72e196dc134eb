import { MinipolisError } from '@minipolis/minima/errors'

/** The page cannot be bundled; the message ends with the bundler's own words. */
export class BundleError extends MinipolisError<'bundle-failed'> {}
