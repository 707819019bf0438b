/** A number with thousands set apart, such as `1,035,080` or `0.79`. */
export const formatNumber = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
