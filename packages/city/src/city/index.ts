export { City, type CityKeys, type CityOptions, type CityParts, GATEWAY_DEVICE } from './city.ts'
