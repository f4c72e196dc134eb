/** Tables of a node that keeps every coin of the chain. Made when that is asked for first; a node without them has none. */
export const MEGA_MMR_SCHEMA: readonly string[] = [
  // One row: the block that the rest stands at, entries ever made, unspent coins, and the sum of their amounts as text.
  `CREATE TABLE IF NOT EXISTS mega_mmr (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    coins INTEGER NOT NULL,
    total TEXT NOT NULL
  ) STRICT`,

  // Nodes of the coin tree in wire form, by their in-order number: a leaf and its nearest parents share a page.
  'CREATE TABLE IF NOT EXISTS mega_node (position INTEGER PRIMARY KEY, node BLOB NOT NULL) STRICT',

  // Unspent coins in wire form, by entry number.
  'CREATE TABLE IF NOT EXISTS mega_coin (entry INTEGER PRIMARY KEY, coin BLOB NOT NULL) STRICT',

  // Where to look for a coin by what it names: six bytes of each id tell coins apart well enough, the coin decides.
  `CREATE TABLE IF NOT EXISTS mega_lookup (
    fingerprint INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (fingerprint, entry)
  ) STRICT, WITHOUT ROWID`,
]
