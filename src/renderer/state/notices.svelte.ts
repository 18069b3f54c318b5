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
}

/** Short messages about what was done or could not be done, newest last. Errors stay until they are dismissed. */
export class Notices {
  #next = 1;
  #list = $state.raw<readonly Notice[]>([]);

  get list(): readonly Notice[] {
    return this.#list;
  }

  done(text: string, link: Notice['link'] = null): void {
    this.#add({ kind: 'done', text, remedy: null, code: null, link });
  }

  /** Something ended otherwise than it was meant to, without being an error. */
  note(text: string, link: Notice['link'] = null): void {
    this.#add({ kind: 'note', text, remedy: null, code: null, link });
  }

  error(error: BitlabError): void {
    this.#add({ kind: 'error', text: error.message, remedy: error.remedy, code: error.code, link: null });
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, 'id'>): void {
    const others = this.#list.filter((other) => other.text !== notice.text);
    this.#list = [...others, { ...notice, id: this.#next++ }].slice(-4);
  }
}
