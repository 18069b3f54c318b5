import { BitlabError } from '../../contract/index.ts';

/** Where samples lie in a tensor. */
export interface SamplePlace {
  /** The axis that grows with their number, alone or together with something else (a place in a sequence, heads). */
  readonly axis: number;
  /** How many positions lie before the index of the sample, in the order of the values: 1 where samples are first. */
  readonly before: number;
}

const first: SamplePlace = { axis: 0, before: 1 };

/** The shapes of a network's tensors, and where samples lie in them. */
export class SampleShapes {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #places: ReadonlyMap<string, SamplePlace | null>;

  /** @param shapes for a batch of one sample @param places of the samples; null where a tensor does not depend on them, else first by default */
  constructor(
    shapes: ReadonlyMap<string, readonly number[]>,
    places: ReadonlyMap<string, SamplePlace | null> = new Map()
  ) {
    this.#shapes = shapes;
    this.#places = places;
  }

  /** For a batch of one sample. @throws MODEL_INVALID for a tensor that was not observed */
  ofBatch(tensor: string): readonly number[] {
    const shape = this.#shapes.get(tensor);
    if (shape === undefined)
      throw new BitlabError('MODEL_INVALID', { reason: `the shape of ${tensor} is not known` });
    return shape;
  }

  /** Where the samples lie, or null where the tensor does not depend on them. */
  place(tensor: string): SamplePlace | null {
    const place = this.#places.get(tensor);
    return place === undefined ? first : place;
  }

  /** Without the axis of the samples, unless it has something else in it, too (the heads of an attention, say). */
  ofSample(tensor: string): readonly number[] {
    const shape = this.ofBatch(tensor);
    const place = this.place(tensor);
    return place === null || shape[place.axis] !== 1 ? shape : shape.toSpliced(place.axis, 1);
  }
}
