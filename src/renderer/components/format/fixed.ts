/** A number with so many decimals and a true minus sign: `−14.43`. */
export function formatFixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('-', '−');
}
