/** Outside these positions of the decimal point the servers write an exponent. */
const POINT_MIN = -14
const POINT_MAX = 15

/** A finite double as MySQL and MariaDB write it: the shortest digits that read back to it. */
export function doubleText(value: number): string {
  if (value === 0) return '0'
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const point = Number(exponent) + 1
  const sign = value < 0 ? '-' : ''
  if (point < POINT_MIN || point > POINT_MAX) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${sign}${digits[0]}${fraction}e${point - 1}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const whole = digits.slice(0, point).padEnd(point, '0')
  return digits.length > point ? `${sign}${whole}.${digits.slice(point)}` : `${sign}${whole}`
}
