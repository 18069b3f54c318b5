import {
  BitlabError,
  type BitChoice,
  type BitChoices,
  type BitChoiceSettings,
  type BudgetKind
} from '../../../contract/index.ts';
import { BitAllocation, type Allocation, type AllocationGroup } from './bit-allocation.ts';
import { BitCosts, floatBits, type MeasuredUnits } from './bit-costs.ts';

/**
 * Chooses the bits of each layer within budgets so that the sum of the units' sensitivities is least.
 *
 * The sum stands for the loss of the whole network. That errors which are small and independent add up in power at the logits was
 * derived by Lin, Talathi and Annapureddy (ICML 2016, section 3) and by Zhou et al. (AAAI 2018); HAWQ-V2 (Dong et al., NeurIPS 2020)
 * and ZeroQ (Cai et al., CVPR 2020) sum over layers in the same way, with the Hessian's trace and with the divergence of the softmax. It fails
 * where errors are large or layers make up for each other: CLADO (Deng et al., 2023) measures pairs of layers for that reason. So a choice is a
 * proposal, to be verified by running it.
 */
export class BitSearch {
  readonly #costs: BitCosts;
  readonly #settings: BitChoiceSettings;
  readonly #bits: readonly number[];
  readonly #groups: readonly InputGroup[];
  readonly #allocation: BitAllocation;

  /** @throws CONFIGURATION_CONFLICT, CONFIGURATION_INVALID where the settings ask for what was not measured */
  constructor(measured: MeasuredUnits, settings: BitChoiceSettings) {
    this.#costs = new BitCosts(measured, settings);
    this.#settings = settings;
    this.#bits = [...measured.bits].sort((a, b) => b - a);
    this.#groups = inputGroups(this.#costs, settings, this.#bits);
    this.#allocation = new BitAllocation(this.#groups);
  }

  /** Does the work in pieces, between which others can get their turn. */
  solving(): Generator<void> {
    return this.#allocation.solving();
  }

  /** One choice for each budget, once `solving` is done. @throws BUDGET_TOO_SMALL, with the smallest possible one */
  choices(): BitChoices {
    const { kind, values } = this.#settings.budget;
    const unit = kind === 'average-bits' ? this.#costs.weightCount : 1;
    return {
      choices: values.map((budget) => this.#choice(budget, unit)),
      uniform: this.#bits.map((bits) => ({
        bits,
        ...this.#costs.described(this.#costs.uniform(bits), null)
      })),
      least: this.#allocation.least / unit,
      exact: this.#allocation.exact,
      step: this.#allocation.grain / unit
    };
  }

  #choice(budget: number, unit: number): BitChoice {
    // A budget such as 3.3 bits is a whole number of bits of all weights only up to the last digits of a double.
    const found = this.#allocation.best(Math.floor(budget * unit * (1 + 1e-12)));
    if (found !== null) return this.#described(found, budget);
    const { kind } = this.#settings.budget;
    throw new BitlabError('BUDGET_TOO_SMALL', {
      budget: budgetText(kind, budget),
      least: budgetText(kind, this.#allocation.least / unit)
    });
  }

  #described({ groups }: Allocation, budget: number): BitChoice {
    const weights = new Map<string, number>();
    const activations = new Map<string, number>();
    for (const [index, { inputBits, bits }] of groups.entries()) {
      const { tensor, names } = this.#groups[index]!;
      if (tensor !== null && this.#settings.vary === 'both') activations.set(tensor, inputBits);
      for (const [layer, name] of names.entries()) weights.set(name, bits[layer]!);
    }
    const inOrder = this.#costs.layers.map(({ name }) => [name, weights.get(name)!] as const);
    return this.#costs.described({ weights: new Map(inOrder), activations }, budget);
  }
}

interface InputGroup extends AllocationGroup {
  /** The activations that enter the layers; null for layers whose input stays in float. */
  readonly tensor: string | null;
  readonly names: readonly string[];
}

/** Layers by what enters them. Activations that enter no layer are groups without layers: they take nothing of a budget. */
function inputGroups(
  costs: BitCosts,
  settings: BitChoiceSettings,
  bits: readonly number[]
): readonly InputGroup[] {
  const tensors = new Map(costs.tensors.map((unit) => [unit.name, unit]));
  const names = new Set<string | null>(costs.layers.map(({ input }) => input));
  if (settings.vary === 'both') for (const name of tensors.keys()) names.add(name);
  return [...names].map((tensor) => {
    const unit = settings.vary === 'both' && tensor !== null ? tensors.get(tensor) : undefined;
    const given = tensor === null ? floatBits : settings.activationBits;
    const layers = costs.layers.filter(({ input }) => input === tensor);
    return {
      tensor,
      names: layers.map(({ name }) => name),
      inputs:
        unit === undefined
          ? [{ bits: given, cost: 0 }]
          : bits.map((width) => ({ bits: width, cost: costs.cost(unit, width) })),
      layers: layers.map((layer) => ({
        widths: costs.widthsOf(layer).map((width) => ({ bits: width, cost: costs.cost(layer, width) })),
        size: (width, inputBits) => costs.sizeOf(layer, width, inputBits)
      }))
    };
  });
}

function budgetText(kind: BudgetKind, value: number): string {
  const rounded = Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 4 });
  if (kind === 'average-bits') return `a mean of ${rounded} bits for a weight`;
  if (kind === 'bops') return `${rounded} bit operations for a sample`;
  return `${Math.ceil(value / 8).toLocaleString('en-US')} bytes`;
}
