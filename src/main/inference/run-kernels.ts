import type { AcceleratorKernels } from '../kernels/accelerator-kernels.ts';
import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import type { LinearAlgebra } from '../kernels/linear-algebra.ts';
import type { StatisticsKernels } from '../kernels/statistics-kernels.ts';

/** The kernels that a run may need; the host says where they come from. Each is loaded when it is first needed. */
export interface RunKernels {
  /** The same instance each time. */
  readonly linearAlgebra: () => Promise<LinearAlgebra>;
  /** The same instance each time. */
  readonly integer: () => Promise<IntegerKernels>;
  /** The same instance each time. */
  readonly statistics: () => Promise<StatisticsKernels>;
  /** The same instance each time for the same number of threads. */
  readonly accelerator: (threads: number) => Promise<AcceleratorKernels>;
}
