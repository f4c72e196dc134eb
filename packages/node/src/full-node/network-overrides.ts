import { MiniNumber, type NetworkParameters, NumberError } from '@minipolis/minima'

type Count = Exclude<keyof NetworkParameters, 'name' | 'version' | 'blockSpeed'>

/** Blocks, but for `freshTipMs`. The wire carries none of them, so any value keeps the bytes. */
const COUNTS: Readonly<Record<Count, readonly [min: number, max: number]>> = {
  speedWindowBlocks: [2, 4096],
  medianBlocks: [1, 1024],
  confirmDepthBlocks: [1, 1024],
  cascadeStartDepthBlocks: [8, 65_536],
  cascadeFrequencyBlocks: [1, 4096],
  cascadeLevelNodes: [2, 4096],
  proofHistoryBlocks: [1, 65_536],
  processingMarginBlocks: [0, 65_536],
  processingAllBelowTip: [0, 1_000_000_000],
  freshTipMs: [1000, 24 * 60 * 60 * 1000],
}

const SPEED_MIN = MiniNumber.parse('0.0001')
const SPEED_MAX = MiniNumber.of(10)

const isCount = (name: string): name is Count => Object.hasOwn(COUNTS, name)

/**
 * The parameters of a base network with some replaced.
 *
 * @param fault makes the error that is thrown, from what was wrong
 */
export function readParameters(
  given: unknown,
  base: NetworkParameters,
  fault: (text: string) => Error,
): NetworkParameters {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw fault('parameters must be an object')
  let parameters = base
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (name === 'blockSpeed') parameters = { ...parameters, blockSpeed: readSpeed(value, fault) }
    else if (isCount(name)) parameters = { ...parameters, [name]: readCount(name, value, fault) }
    else throw fault(`parameters has no ${name}; known are blockSpeed, ${Object.keys(COUNTS).join(', ')}`)
  }
  assertConsistent(parameters, fault)
  return parameters
}

function readCount(name: Count, value: unknown, fault: (text: string) => Error): number {
  const [min, max] = COUNTS[name]
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw fault(`${name} must be a whole number from ${min} to ${max}`)
}

/** Text, because binary floating point must not decide what a chain's numbers are. */
function readSpeed(value: unknown, fault: (text: string) => Error): MiniNumber {
  const refused = fault(`blockSpeed must be blocks per second as text, from "${SPEED_MIN}" to "${SPEED_MAX}"`)
  if (typeof value !== 'string') throw refused
  try {
    const speed = MiniNumber.parse(value)
    if (speed.lessThan(SPEED_MIN) || speed.moreThan(SPEED_MAX)) throw refused
    return speed
  } catch (error) {
    throw error instanceof NumberError ? refused : error
  }
}

/** The tree must be deep enough for all that looks back into it. */
function assertConsistent(parameters: NetworkParameters, fault: (text: string) => Error): void {
  const { cascadeStartDepthBlocks: depth } = parameters
  const lookBacks = ['speedWindowBlocks', 'proofHistoryBlocks', 'confirmDepthBlocks'] as const
  for (const name of lookBacks) {
    if (parameters[name] >= depth) throw fault(`${name} must be below cascadeStartDepthBlocks, which is ${depth}`)
  }
  if (2 * parameters.medianBlocks >= depth) {
    throw fault(`medianBlocks must be below half of cascadeStartDepthBlocks, which is ${depth}`)
  }
}
