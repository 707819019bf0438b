/** The exact sum of two decimal texts, with as many decimals as the longer one. */
export function addDecimals(left: string, right: string): string {
  const decimals = Math.max(decimalCount(left), decimalCount(right))
  const sum = scaled(left, decimals) + scaled(right, decimals)
  if (decimals === 0) return String(sum)
  const sign = sum < 0n ? '-' : ''
  const digits = String(sum < 0n ? -sum : sum).padStart(decimals + 1, '0')
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

function decimalCount(text: string): number {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - point - 1
}

function scaled(text: string, decimals: number): bigint {
  return BigInt(text.replace('.', '') + '0'.repeat(decimals - decimalCount(text)))
}
