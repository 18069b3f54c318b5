import {
  BitlabError,
  nearestName,
  type BitChoice,
  type BitChoiceSettings,
  type SensitivityMeasure,
  type SensitivityUnit
} from '../../../contract/index.ts';

/** What was measured, as far as choosing bits needs it. */
export interface MeasuredUnits {
  readonly units: readonly SensitivityUnit[];
  readonly measures: readonly SensitivityMeasure[];
  /** The widths that every unit was measured at. */
  readonly bits: readonly number[];
}

/** Bits of values that stay in float. */
export const floatBits = 32;

/** The widths of a whole network: layer -> bits of its weights, tensor -> bits of its activations. */
export interface NetworkWidths {
  readonly weights: ReadonlyMap<string, number>;
  readonly activations: ReadonlyMap<string, number>;
}

/** What widths cost, in accuracy and in the units of each budget, by what was measured. */
export class BitCosts {
  readonly layers: readonly SensitivityUnit[];
  readonly tensors: readonly SensitivityUnit[];
  /** All weights of the network. */
  readonly weightCount: number;
  /** Layer -> bits that its weights keep. */
  readonly kept: ReadonlyMap<string, number>;
  readonly #settings: BitChoiceSettings;
  readonly #measures = new Map<string, SensitivityMeasure>();
  readonly #measuredBits: readonly number[];

  /** @throws CONFIGURATION_CONFLICT, CONFIGURATION_INVALID where the settings ask for what was not measured */
  constructor({ units, measures, bits }: MeasuredUnits, settings: BitChoiceSettings) {
    this.#settings = settings;
    this.#measuredBits = bits;
    this.layers = units.filter(({ subject }) => subject === 'weights');
    this.tensors = units.filter(({ subject }) => subject === 'activations');
    for (const measure of measures)
      this.#measures.set(keyOf(measure.subject, measure.unit, measure.bits), measure);
    this.weightCount = this.layers.reduce((sum, { values }) => sum + values, 0);
    this.#requireMeasured();
    this.kept = this.#keptLayers();
  }

  /** What is minimized, for one unit: relative error power of the logits, or divergence in nat. */
  cost(unit: SensitivityUnit, bits: number): number {
    const measure = this.#measures.get(keyOf(unit.subject, unit.name, bits));
    if (measure === undefined) throw new Error(`${unit.name} was not measured at ${bits} bits`);
    return this.#settings.measure === 'divergence' ? Math.max(0, measure.divergence) : measure.logitsError;
  }

  /** Size of a layer's parameters, in bits. */
  sizeBits(layer: SensitivityUnit, bits: number): number {
    const measure = this.#measures.get(keyOf('weights', layer.name, bits));
    if (measure === undefined || measure.sizeBits === null)
      throw new Error(`${layer.name} was not measured at ${bits} bits`);
    return measure.sizeBits;
  }

  /** The widths that a layer's weights can have. */
  widthsOf(layer: SensitivityUnit): readonly number[] {
    const kept = this.kept.get(layer.name);
    return kept === undefined ? this.#measuredBits : [kept];
  }

  /** What a layer takes of the budget, a whole number: weights times bits, bits, or bit operations. */
  sizeOf(layer: SensitivityUnit, bits: number, inputBits: number): number {
    switch (this.#settings.budget.kind) {
      case 'average-bits':
        return layer.values * bits;
      case 'size':
        return this.sizeBits(layer, bits);
      case 'bops':
        return layer.macs * bits * inputBits;
    }
  }

  /** Bits of what enters a layer. */
  inputBits(layer: SensitivityUnit, activations: NetworkWidths['activations']): number {
    if (layer.input === null) return floatBits;
    return activations.get(layer.input) ?? this.#settings.activationBits;
  }

  /** One width for all but the layers that are kept. */
  uniform(bits: number): NetworkWidths {
    const varies = this.#settings.vary === 'both';
    return {
      weights: new Map(this.layers.map(({ name }) => [name, this.kept.get(name) ?? bits])),
      activations: new Map(varies ? this.tensors.map(({ name }) => [name, bits]) : [])
    };
  }

  /** What widths amount to. */
  described({ weights, activations }: NetworkWidths, budget: number | null): BitChoice {
    const { activationBits, measure } = this.#settings;
    let [codes, sizeBits, bops, cost] = [0, 0, 0, 0];
    for (const layer of this.layers) {
      const bits = weights.get(layer.name)!;
      codes += layer.values * bits;
      sizeBits += this.sizeBits(layer, bits);
      bops += layer.macs * bits * this.inputBits(layer, activations);
      cost += this.cost(layer, bits);
    }
    for (const tensor of this.tensors) {
      const bits = activations.get(tensor.name) ?? activationBits;
      if (this.#measuredBits.includes(bits)) cost += this.cost(tensor, bits);
    }
    return {
      budget,
      weights: Array.from(weights, ([layer, bits]) => ({ layer, bits })),
      activations: Array.from(activations, ([tensor, bits]) => ({ tensor, bits })),
      averageBits: codes / this.weightCount,
      sizeBits,
      bops,
      cost,
      predictedSqnrDb: measure === 'logits-error' && cost > 0 ? -10 * Math.log10(cost) : null
    };
  }

  #requireMeasured(): void {
    const { vary, budget } = this.#settings;
    if (this.layers.length === 0)
      refuse('The weights were not measured', 'Measure the weights too: bitlab sensitivity run.');
    if (vary === 'weights') return;
    if (budget.kind !== 'bops')
      refuse(
        'Only bit operations count the bits of activations, and the budget is ' +
          (budget.kind === 'size' ? 'the size of the parameters' : 'the mean bits of a weight'),
        'Choose a budget of bit operations, or let only the weights vary.'
      );
    if (this.tensors.length === 0)
      refuse('The activations were not measured', 'Measure the activations too: bitlab sensitivity run.');
  }

  #keptLayers(): Map<string, number> {
    const names = this.layers.map(({ name }) => name);
    const positions: Readonly<Record<string, string>> = { first: names[0]!, last: names.at(-1)! };
    const kept = new Map<string, number>();
    for (const [key, bits] of Object.entries(this.#settings.keep)) {
      const layer = names.includes(key) ? key : positions[key];
      if (layer === undefined) {
        const near = nearestName(key, names);
        throw new BitlabError('CONFIGURATION_INVALID', {
          path: 'keep',
          value: key,
          reason: 'it is no layer of the model',
          suggestion: near === null ? `Layers are named like ${names[0]!}.` : `Did you mean ${near}?`
        });
      }
      if (!this.#measuredBits.includes(bits))
        refuse(
          `${layer} is to keep ${bits} bits, and was measured at ${this.#measuredBits.join(', ')}`,
          `Keep one of the measured widths, or measure ${bits} bits too.`
        );
      kept.set(layer, bits);
    }
    return kept;
  }
}

const keyOf = (subject: string, name: string, bits: number) => `${subject} ${bits} ${name}`;

function refuse(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}
