export { BitAllocation, type Allocation, type AllocationGroup } from './bit-allocation.ts';
export type { MeasuredUnits } from './bit-costs.ts';
export { BitSearch } from './choose-bits.ts';
