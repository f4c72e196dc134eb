/** The unit of readings whose unit nobody stated: UCUM's "no unit". */
export const UNIT_NOT_STATED = '1'

/** How people write units that UCUM writes otherwise. Source: ucum.org, "The Unified Code for Units of Measure". */
const UCUM: Readonly<Record<string, string>> = {
  mph: '[mi_i]/h',
  'mi/h': '[mi_i]/h',
  kmh: 'km/h',
  'km/h': 'km/h',
  'm/s': 'm/s',
  kWh: 'kW.h',
  Wh: 'W.h',
  MWh: 'MW.h',
  '°C': 'Cel',
  C: 'Cel',
  degC: 'Cel',
  '°F': '[degF]',
  percent: '%',
  pct: '%',
  'µg/m3': 'ug/m3',
  'μg/m3': 'ug/m3',
  'µg/m³': 'ug/m3',
  'μg/m³': 'ug/m3',
  'ug/m^3': 'ug/m3',
  'microgram per m^3': 'ug/m3',
  litre: 'L',
  l: 'L',
  hPa: 'hPa',
  'W/kWp': 'W/kW',
  count: '1',
  vehicles: '1',
}

/** The UCUM code of a unit as people write it; what is not in the table stays as it is and the intake judges it. */
export const ucumOf = (unit: string): string => UCUM[unit.trim()] ?? unit.trim()
