export { formatBytes } from './bytes.ts';
export { formatCount, formatCounted, formatLarge } from './count.ts';
export { formatDuration, formatTimeLeft } from './duration.ts';
export { formatFixed } from './fixed.ts';
export { metricTitle, significantNumber } from './metric.ts';
export { formatMoment } from './moment.ts';
export { formatPValue } from './p-value.ts';
export { formatPercent, formatProportion, intervalNumbers, percentNumber, pointsNumber } from './percent.ts';
export { formatShape } from './shape.ts';
