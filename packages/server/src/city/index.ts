export { CityError } from './city-error.ts'
export type { OpenCity, OpenCityOptions, OpenCityParts } from './open-city.ts'
export { openCity } from './open-city.ts'
