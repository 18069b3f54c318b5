import { BitlabError } from '../../contract/index.ts';

/** The shapes of a network's tensors, and where samples lie in them. */
export class SampleShapes {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #axes: ReadonlyMap<string, number | null>;

  /** @param shapes for a batch of one sample @param axes of the samples; null where a tensor does not depend on them, else 0 by default */
  constructor(
    shapes: ReadonlyMap<string, readonly number[]>,
    axes: ReadonlyMap<string, number | null> = new Map()
  ) {
    this.#shapes = shapes;
    this.#axes = axes;
  }

  /** For a batch of one sample. @throws MODEL_INVALID for a tensor that was not observed */
  ofBatch(tensor: string): readonly number[] {
    const shape = this.#shapes.get(tensor);
    if (shape === undefined)
      throw new BitlabError('MODEL_INVALID', { reason: `the shape of ${tensor} is not known` });
    return shape;
  }

  /** The axis of the samples, or null. */
  axis(tensor: string): number | null {
    const axis = this.#axes.get(tensor);
    return axis === undefined ? 0 : axis;
  }

  /** Without the axis of the samples, unless it has something else in it, too (the heads of an attention, say). */
  ofSample(tensor: string): readonly number[] {
    const shape = this.ofBatch(tensor);
    const axis = this.axis(tensor);
    return axis === null || shape[axis] !== 1 ? shape : shape.toSpliced(axis, 1);
  }
}
