export { costMetrics, networkCost } from './cost.ts';
export { ceilingBits, precisionBits } from './detector.ts';
export { exactReach, requiredPowerDbm } from './exact-reach.ts';
export { linkNoise } from './link-noise.ts';
export type { DotProducts } from './mapping.ts';
export { operatingPoint } from './operating-point.ts';
export { publishedReach } from './published-reach.ts';
