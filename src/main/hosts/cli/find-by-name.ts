import { BitlabError, nearestName } from '../../../contract/index.ts';

const entities = {
  model: { code: 'MODEL_NOT_FOUND', list: 'bitlab model list' },
  dataset: { code: 'DATA_NOT_FOUND', list: 'bitlab dataset list' },
  measurement: { code: 'MEASUREMENT_NOT_FOUND', list: 'bitlab measurement list' },
  experiment: { code: 'EXPERIMENT_NOT_FOUND', list: 'bitlab experiment list' },
  sensitivity: { code: 'SENSITIVITY_NOT_FOUND', list: 'bitlab sensitivity list' }
} as const;

/**
 * The entity with a name or an identifier.
 * @throws BitlabError with the code of its kind, suggesting the nearest name
 */
export function findByName<Entity extends { readonly id: string; readonly name: string }>(
  kind: keyof typeof entities,
  list: readonly Entity[],
  name: string
): Entity {
  const found = list.find((entity) => entity.name === name) ?? list.find((entity) => entity.id === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    list.map((entity) => entity.name)
  );
  const { code, list: command } = entities[kind];
  const suggestion = near === null ? `List what is there with: ${command}.` : `Did you mean ${near}?`;
  throw new BitlabError(code, { name, suggestion });
}
