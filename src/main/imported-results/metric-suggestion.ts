import type { ColumnUse } from '../../contract/index.ts';

const word = (pattern: string) => new RegExp(`(^|[^a-z0-9])(${pattern})($|[^a-z0-9])`, 'i');
const top5 = word('top[-_ @]?5|acc(uracy)?[-_ @]?5|top[-_ ]?5[-_ ]?acc(uracy)?');
const top1 = word('top[-_ @]?1|acc(uracy)?([-_ @]?1)?|top[-_ ]?1[-_ ]?acc(uracy)?');
/** Measured on what was learned from, or of one class only: never the accuracy that a paper reports. */
const other = word('train(ing)?|class|per[-_ ]?class|balanced|best');
const measured = word(
  'top[-_ @]?[0-9]+|acc(uracy)?[0-9]?|loss|error|err|f1|auc|auroc|map|precision|recall|score|perplexity|bleu|rmse|mse|mae|iou|reward|return|objective|latency|runtime|throughput'
);

/** Numbers and words of the same sound that were chosen. */
const chosen =
  /^((num|max|n|warmup|total)[-_ ]?)?(epochs?|steps?)$|loss[-_ ]?(fn|function|name|type|weight|scale)/i;

/** Whether a column's name speaks for a number that was measured rather than set. */
export function soundsMeasured(name: string): boolean {
  return /^_(step|runtime|timestamp)$/.test(name) || (measured.test(name) && !chosen.test(name));
}

/** The metric of Bitlab's that a name and its values speak for; null where they speak for none. */
export function suggestedMetric(name: string, numbers: readonly number[]): ColumnUse | null {
  if (other.test(name) || numbers.length === 0) return null;
  const metric = top5.test(name) ? 'top5' : top1.test(name) ? 'top1' : null;
  if (metric === null) return null;
  const most = numbers.reduce((high, value) => Math.max(high, value), -Infinity);
  const least = numbers.reduce((low, value) => Math.min(low, value), Infinity);
  if (least < 0 || most > 100) return null;
  return { as: 'metric', metric, percent: most > 1 };
}
