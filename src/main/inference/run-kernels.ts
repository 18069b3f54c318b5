import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import type { LinearAlgebra } from '../kernels/linear-algebra.ts';

/** The kernels that a run may need; the host says where they come from. Each is loaded when it is first needed. */
export interface RunKernels {
  /** The same instance each time. */
  readonly linearAlgebra: () => Promise<LinearAlgebra>;
  /** The same instance each time. */
  readonly integer: () => Promise<IntegerKernels>;
}
