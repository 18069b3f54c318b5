/** A p-value as papers print it: three decimals, `< 0.001` below. */
export function formatPValue(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3);
}
