import { scriptAddress, toHex } from '@minipolis/minima'

/**
 * The contract of the command `multisig`: n of m keys, all in the state of the coin. Port 0 holds the hash of a name, 1 a key
 * that may spend alone (0x21 for none), 2 n, 3 m, 4 and on the keys. The text decides the address, so it is the network's
 * own. Source: minima-global/Minima: src/org/minima/system/commands/send/multisig.java
 */
export const MULTISIG_SCRIPT =
  'LET root=PREVSTATE(1) IF root NEQ 0x21 THEN IF SIGNEDBY(root) THEN RETURN TRUE ENDIF ENDIF LET n=PREVSTATE(2) LET m=PREVSTATE(3) LET script=[RETURN MULTISIG(]+STRING(n) LET counter=0 WHILE counter LT m DO LET script=script+[ ]+STRING(PREVSTATE(counter+4)) LET counter=INC(counter) ENDWHILE LET script=script+[)] EXEC script'
/** In port 1: no key may spend alone. */
export const NO_ROOT_KEY = '0x21'

/** Where all coins of this contract are; what differs is their state. */
export const MULTISIG_ADDRESS = toHex(scriptAddress(MULTISIG_SCRIPT))
