/**
 * The map of the node's database: one SQLite file, everything the node remembers. Objects are kept in their wire form, so
 * a row means the same to every version of the protocol code. All ids, hashes and addresses are raw bytes.
 *
 * What can be rebuilt from other rows: `listed` (from `block`). Everything else is told once.
 */
export const SCHEMA_VERSION = 2

/** Marks a file as ours in the SQLite header ("Mini" in ASCII). */
export const APPLICATION_ID = 0x4d696e69

/** Where a stored block stands. A block of the archive was on the main branch when it left the tree. */
export const PLACE = { tree: 0, archive: 1 } as const
export type Place = (typeof PLACE)[keyof typeof PLACE]

export const SCHEMA = `
  -- Facts about the file itself: the network it belongs to.
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- TxBlocks of the tree (every branch) and of the archive (main branch only). arrival is the order in which blocks
  -- entered the tree: parents before children, and the order of siblings, which decides ties.
  CREATE TABLE block (
    arrival INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    txblock BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_place ON block (place, number);

  -- Which blocks list a TxPoW; the reader keeps those on the main branch.
  CREATE TABLE listed (txpow BLOB NOT NULL, block BLOB NOT NULL, PRIMARY KEY (txpow, block)) STRICT, WITHOUT ROWID;
  CREATE INDEX listed_block ON listed (block);

  -- Complete TxPoWs that are not (yet) blocks of the tree: transactions, orphans, refused blocks. parent is null for
  -- what is not a block. relevant rows concern the wallet and are never dropped.
  CREATE TABLE txpow (
    arrival INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    parent BLOB,
    received_ms INTEGER NOT NULL,
    relevant INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX txpow_parent ON txpow (parent) WHERE parent IS NOT NULL;
  CREATE INDEX txpow_age ON txpow (relevant, received_ms);

  -- One row: the root of the tree with its whole MMR as far as this node knows it, and the older coins it carries.
  CREATE TABLE root (one INTEGER PRIMARY KEY CHECK (one = 1), block BLOB NOT NULL, mmr BLOB NOT NULL, coins BLOB NOT NULL) STRICT;

  -- The cascade: headers below the root, one row per kept block.
  CREATE TABLE cascade (number INTEGER PRIMARY KEY, level INTEGER NOT NULL, header BLOB NOT NULL) STRICT;

  -- One row: the seed phrase as text. Whoever reads it owns the coins.
  CREATE TABLE seed (one INTEGER PRIMARY KEY CHECK (one = 1), phrase TEXT NOT NULL) STRICT;

  -- Keys of the seed by number. uses is the number of the next one-time key; it only ever grows, and it is raised on disk
  -- before the signature made with the old value leaves the wallet.
  CREATE TABLE key (
    number INTEGER PRIMARY KEY,
    public_key BLOB NOT NULL UNIQUE,
    uses INTEGER NOT NULL,
    purpose TEXT UNIQUE
  ) STRICT;

  -- The node used last at each level of a key tree, so that a signature does not have to make it again. No secret, and can
  -- be dropped at any time. path is the one-time key numbers from the root down, joined by dots.
  CREATE TABLE key_node (
    key INTEGER NOT NULL,
    level INTEGER NOT NULL,
    path TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (key, level)
  ) STRICT, WITHOUT ROWID;

  -- Single coins that are watched, or not, whatever their address says.
  CREATE TABLE watched_coin (coin BLOB PRIMARY KEY, track INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- Ids of the TxPoWs that concern the wallet, in the order they came. The units are in txpow or block.
  CREATE TABLE relevant (arrival INTEGER PRIMARY KEY, txpow BLOB NOT NULL UNIQUE) STRICT;

  -- What the node's interfaces remember, each value in a form of its owner.
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Scripts the wallet can show. public_key is set for the simple scripts of its own keys.
  CREATE TABLE script (
    address BLOB PRIMARY KEY,
    text TEXT NOT NULL,
    public_key BLOB,
    track INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`
