/** Outside these positions of the decimal point the servers write an exponent, unless digits follow the point. */
const POINT_MIN = -14
const POINT_MAX = 15

/** Small doubles in plain form are longer than MySQL cares to write and not longer than MariaDB does. */
const SMALL_MIN = 1e-15
const SMALL_MAX = 1e-3

/**
 * The SQL expression whose text is {@link doubleText} on both servers. Where they write a double differently, it is
 * multiplied by 2 to the power of 64 first, which loses no bit.
 */
export const doubleSql = (column: string): string =>
  `IF(ABS(${column}) BETWEEN ${SMALL_MIN} AND ${SMALL_MAX.toExponential()}, ${column} * ${2 ** 64}e0, ${column})`

/** A finite double as MySQL and MariaDB write {@link doubleSql} of it: the shortest digits that read back to it. */
export function doubleText(value: number): string {
  const size = Math.abs(value)
  return serverText(size >= SMALL_MIN && size <= SMALL_MAX ? value * 2 ** 64 : value)
}

function serverText(value: number): string {
  if (value === 0) return '0'
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const point = Number(exponent) + 1
  const sign = value < 0 ? '-' : ''
  if (point < POINT_MIN || (point > POINT_MAX && digits.length <= point)) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${sign}${digits[0]}${fraction}e${point - 1}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const whole = digits.slice(0, point).padEnd(point, '0')
  return digits.length > point ? `${sign}${whole}.${digits.slice(point)}` : `${sign}${whole}`
}
