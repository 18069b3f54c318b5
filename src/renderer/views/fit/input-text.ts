import type { FitCheck } from '../../../contract/index.ts';

/** What the network is given, in a sentence. */
export function inputText({ minimum, maximum, mean, deviation }: FitCheck['inputs']): string {
  const text = (value: number) => value.toFixed(2).replace('-', '−');
  return `The network is given values from ${text(minimum)} to ${text(maximum)}, mean ${text(mean)}, deviation ${text(deviation)}.`;
}
