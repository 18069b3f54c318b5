import { href, parseRoute, type Route, type Screen } from './route.ts';

/** The address as state: where the person is, and ways to go elsewhere. */
export class Router {
  #route = $state.raw<Route>(parseRoute(location.hash));

  get route(): Route {
    return this.#route;
  }

  /** Follows the address until the function returned is called. */
  start(): () => void {
    const follow = () => (this.#route = parseRoute(location.hash));
    addEventListener('hashchange', follow);
    follow();
    return () => removeEventListener('hashchange', follow);
  }

  go(screen: Screen, id: string | null = null, query: Record<string, string> = {}): void {
    location.hash = href(screen, id, query);
  }

  /** Changes the query of the screen in place, without a step in the history. */
  replaceQuery(query: Record<string, string>): void {
    const { screen, id } = this.#route;
    history.replaceState(null, '', href(screen, id, query));
    this.#route = parseRoute(location.hash);
  }
}
