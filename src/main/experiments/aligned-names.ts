/**
 * The names of several lists as one, each once. A name that a later list has and those before it have not comes behind its
 * neighbour: layers that one network has more than another stand where they are in the network.
 */
export function alignedNames(lists: readonly (readonly string[])[]): string[] {
  const names: string[] = [];
  const known = new Set<string>();
  for (const list of lists) {
    let place = 0;
    for (const name of list) {
      if (known.has(name)) place = names.indexOf(name) + 1;
      else {
        names.splice(place++, 0, name);
        known.add(name);
      }
    }
  }
  return names;
}
