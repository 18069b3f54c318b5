import type { BitChoices, BudgetKind, MethodInput, SensitivityDetails } from '../../../contract/index.ts';
import { parseNumbers } from '../../components/number-list.ts';

/** What the form for budgets holds. */
export interface BudgetForm {
  readonly kind: BudgetKind;
  /** Budgets in the form's unit, as they were typed. */
  readonly values: string;
  readonly vary: 'weights' | 'both';
  readonly measure: 'logits-error' | 'divergence';
  /** Whether the weights of the first and the last layer keep the most bits that were measured. */
  readonly keepEnds: boolean;
  readonly activationBits: number;
}

/** Budgets as people give them: the unit, and how many of the contract's units it is. */
export const budgetUnits: Readonly<
  Record<BudgetKind, { readonly label: string; readonly unit: string; readonly factor: number }>
> = {
  'average-bits': { label: 'Mean bits of a weight', unit: 'bits', factor: 1 },
  size: { label: 'Size of the parameters', unit: 'kB', factor: 8000 },
  bops: { label: 'Bit operations for a sample', unit: 'million', factor: 1e6 }
};

export function firstBudget({ bits }: Pick<SensitivityDetails, 'bits'>): BudgetForm {
  const [most, fewest] = [Math.max(...bits), Math.min(...bits)];
  const wanted = [6, 5, 4, 3.5, 3, 2.5].filter((value) => value > fewest && value < most);
  return {
    kind: 'average-bits',
    values: (wanted.length > 0 ? wanted : [most]).join(', '),
    vary: 'weights',
    measure: 'logits-error',
    keepEnds: false,
    activationBits: bits.includes(8) ? 8 : most
  };
}

/** Budgets of another kind: what the uniform widths cost, so that both can be compared. */
export function valuesOfUniform(uniform: BitChoices['uniform'], kind: BudgetKind): string {
  const { factor } = budgetUnits[kind];
  const cost = (choice: BitChoices['uniform'][number]) =>
    ({ 'average-bits': choice.averageBits, size: choice.sizeBits, bops: choice.bops })[kind];
  const between = uniform.length > 2 ? uniform.slice(1, -1) : uniform;
  // Rounded up, so that the uniform width itself would fit.
  return between.map((choice) => String(Math.ceil((10 * cost(choice)) / factor) / 10)).join(', ');
}

/** What the form asks for; null where the budgets cannot be read. */
export function choiceOf(
  id: string,
  { bits }: Pick<SensitivityDetails, 'bits'>,
  form: BudgetForm
): MethodInput<'sensitivity.choose'> | null {
  const values = parseNumbers(form.values);
  if (values === null || values.length > 50 || values.some((value) => value <= 0)) return null;
  const { factor } = budgetUnits[form.kind];
  const most = Math.max(...bits);
  return {
    id,
    budget: { kind: form.kind, values: values.map((value) => value * factor) },
    vary: form.kind === 'bops' ? form.vary : 'weights',
    measure: form.measure,
    keep: form.keepEnds ? { first: most, last: most } : {},
    activationBits: form.activationBits
  };
}
