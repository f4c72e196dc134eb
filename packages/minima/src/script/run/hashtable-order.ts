const CAPACITY_FIRST = 11
const LOAD_FACTOR = 0.75

/**
 * The order in which a Java Hashtable lists keys that were put in this order: the reference prints variables that way, and
 * traces can only be compared line by line if they agree.
 */
export const hashtableOrder = (keys: readonly string[]): string[] => {
  let buckets: string[][] = emptyBuckets(CAPACITY_FIRST)
  let count = 0
  for (const key of keys) {
    if (count >= Math.floor(buckets.length * LOAD_FACTOR)) buckets = enlarged(buckets)
    put(buckets, key)
    count++
  }
  return buckets.reverse().flat()
}

const emptyBuckets = (capacity: number): string[][] => Array.from({ length: capacity }, () => [])

/** Newer keys stand in front. */
const put = (buckets: string[][], key: string): void => {
  buckets[(javaHash(key) & 0x7fffffff) % buckets.length]!.unshift(key)
}

const enlarged = (buckets: readonly string[][]): string[][] => {
  const larger = emptyBuckets(buckets.length * 2 + 1)
  for (const bucket of buckets.toReversed()) {
    for (const key of bucket) put(larger, key)
  }
  return larger
}

const javaHash = (text: string): number => {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
