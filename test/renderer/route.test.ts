import fc from 'fast-check';
import { expect, test } from 'vitest';
import { href, parseRoute, screens } from '../../src/renderer/state/route.ts';

test.each([
  ['', { screen: 'overview', id: null, query: {} }],
  ['#/', { screen: 'overview', id: null, query: {} }],
  ['#/models/mod_1', { screen: 'models', id: 'mod_1', query: {} }],
  ['#/design?template=sample', { screen: 'design', id: null, query: { template: 'sample' } }],
  ['#/compare?ids=a,b', { screen: 'compare', id: null, query: { ids: 'a,b' } }],
  ['#/settings/extra', { screen: 'settings', id: null, query: {} }],
  ['#/nowhere/1', { screen: 'overview', id: null, query: {}, unknown: 'nowhere' }],
  ['#/runs/%E0%A4%A', { screen: 'runs', id: '%E0%A4%A', query: {} }]
])('%s', (hash, route) => expect(parseRoute(hash)).toEqual(route));

test('addresses are readable', () => {
  expect(href('compare', null, { ids: 'a,b' })).toBe('#/compare?ids=a,b');
  expect(href('runs', 'run_1', { tab: 'layers' })).toBe('#/runs/run_1?tab=layers');
});

test('what href writes, parseRoute reads', () => {
  const query = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.constantFrom(...screens), fc.string({ minLength: 1 }), query, (screen, id, settings) => {
      const route = parseRoute(href(screen, id, settings));
      expect(route.screen).toBe(screen);
      expect(route.query).toEqual(settings);
      if (['models', 'data', 'experiments', 'runs'].includes(screen)) expect(route.id).toBe(id);
    })
  );
});
