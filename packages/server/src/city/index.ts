export { CityError } from './city-error.ts'
export { type CityNetworkOptions, type CityNodeDoors, cityNodeCommands } from './city-node.ts'
export type { OpenCity, OpenCityOptions, OpenCityParts } from './open-city.ts'
export { openCity } from './open-city.ts'
