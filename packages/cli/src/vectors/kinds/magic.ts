import { encode, isSameMagic, Magic, magicJson, nextMagic, Reader } from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { expectSame } from '../check-case.ts'

/** The magic values that a child must have. */
export const magicKind = caseKind('magic', {
  next: (c) => {
    const parent = Magic.read(new Reader(c.bytes('parent')))
    if (c.has('parentJson')) expectSame('parentJson', JSON.parse(magicJson(parent)), c.get('parentJson'))
    const next = nextMagic(parent)
    return {
      next: encode(Magic, next),
      nextJson: () => JSON.parse(magicJson(next)),
      sameAsParent: isSameMagic(parent, next),
    }
  },
})
