import { type PeerAddress, PeersError, parseAddress } from '@minipolis/node'
import { InvalidArgumentError, Option } from 'commander'
import { DATA_FOLDER } from './options.ts'

export const PORT_MAX = 65_535

export const nodeDataOption = (): Option =>
  new Option('-d, --data <dir>', 'folder the node lives in, with a city or alone')
    .default(DATA_FOLDER)
    .env('MINIPOLIS_DATA')

/** `--connect`, as often as there are nodes. */
export const connectOption = (): Option =>
  new Option('--connect <host:port>', 'a node to stay connected with; repeat for more').argParser(
    (text: string, before: readonly PeerAddress[] | undefined): readonly PeerAddress[] => {
      try {
        return [...(before ?? []), parseAddress(text)]
      } catch (error) {
        if (error instanceof PeersError) throw new InvalidArgumentError(`${error.message}.`)
        throw error
      }
    },
  )

export const rpcPasswordOption = (): Option =>
  new Option('--rpc-password <text>', 'password of the user minima for the command interface').env(
    'MINIPOLIS_RPC_PASSWORD',
  )
