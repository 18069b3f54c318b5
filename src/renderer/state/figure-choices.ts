import type { Router } from './router.svelte.ts';

/**
 * What is chosen in the figures of a screen, kept in its address, so that a link shows the same figures. What is usual is left out.
 */
export class FigureChoices {
  readonly #router: Router;

  constructor(router: Router) {
    this.#router = router;
  }

  /** What the address says where that is among the values, else the usual one. */
  among<Value extends string>(name: string, values: readonly Value[], usual: Value): Value {
    const value = this.#router.route.query[name];
    return values.find((each) => each === value) ?? usual;
  }

  /** Those of the values that the address names, separated by commas; the usual ones where it names none. */
  several<Value extends string>(
    name: string,
    values: readonly Value[],
    usual: readonly Value[]
  ): readonly Value[] {
    const names = this.#router.route.query[name]?.split(',') ?? [];
    const found = values.filter((value) => names.includes(value));
    return found.length > 0 ? found : usual;
  }

  choose(name: string, value: string, usual: string): void {
    const { [name]: _, ...others } = this.#router.route.query;
    this.#router.replaceQuery(value === usual ? others : { ...others, [name]: value });
  }
}
