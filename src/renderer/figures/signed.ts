/** A difference with its sign and so many decimals: `+1.2`, `−0.4`, `0.0`. */
export function signed(difference: number, digits: number): string {
  const text = difference.toFixed(digits);
  if (Number(text) === 0) return text.replace('-', '');
  return difference > 0 ? `+${text}` : text.replace('-', '−');
}
