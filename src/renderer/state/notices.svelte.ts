import type { BitlabError } from '../../contract/index.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'note' | 'error';
  readonly text: string;
  /** What can be done about an error, and its code. */
  readonly remedy: string | null;
  readonly code: string | null;
  /** Where the notice leads. */
  readonly link: { readonly href: string; readonly label: string } | null;
  /** What can be done about it at once, such as taking it back. */
  readonly action: { readonly label: string; readonly run: () => unknown } | null;
}

/** Short messages about what was done or could not be done, newest last. Errors stay until they are dismissed. */
export class Notices {
  #next = 1;
  #list = $state.raw<readonly Notice[]>([]);

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** @param action only the latest notice has one: what is undone is the latest change */
  done(text: string, link: Notice['link'] = null, action: Notice['action'] = null): void {
    if (action !== null) this.#list = this.#list.filter((notice) => notice.action === null);
    this.#add({ kind: 'done', text, remedy: null, code: null, link, action });
  }

  /** Something ended otherwise than it was meant to, without being an error. */
  note(text: string, link: Notice['link'] = null): void {
    this.#add({ kind: 'note', text, remedy: null, code: null, link, action: null });
  }

  error(error: BitlabError): void {
    const { message, remedy, code } = error;
    this.#add({ kind: 'error', text: message, remedy, code, link: null, action: null });
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, 'id'>): void {
    const others = this.#list.filter((other) => other.text !== notice.text);
    this.#list = [...others, { ...notice, id: this.#next++ }].slice(-4);
  }
}
