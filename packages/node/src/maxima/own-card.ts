import { formatMaximaAddress, type MaximaAddress } from './address.ts'
import type { ContactCard } from './contact-message.ts'
import type { Locations } from './locations.ts'
import { MaximaError } from './maxima-error.ts'
import type { MaximaParts } from './parts.ts'
import type { Profile } from './profile.ts'

export interface OwnCardParts extends Pick<MaximaParts, 'chain' | 'walletAddress'> {
  readonly profile: Profile
  readonly locations: Locations
  readonly ownAddress: () => MaximaAddress
  /** Blocks below the tip of the block that contacts compare. */
  readonly checkDepth: number
}

/** What contacts are told of this node now. @throws MaximaError `no-chain`; WalletError of the address */
export async function ownCard(parts: OwnCardParts): Promise<ContactCard> {
  const { chain, profile, locations, walletAddress } = parts
  const tip = chain.tip()
  const check = chain.below(parts.checkDepth)
  if (tip === undefined || check === undefined) {
    throw new MaximaError('no-chain', 'there is no block yet to tell contacts about; connect to a peer first')
  }
  return {
    address: formatMaximaAddress(parts.ownAddress()),
    name: profile.name,
    icon: profile.icon,
    minimaAddress: await walletAddress(),
    topBlock: String(tip.number),
    checkBlock: String(check.number),
    checkHash: check.id,
    locationService: locations.service(),
  }
}
