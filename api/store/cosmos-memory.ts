import type { CosmosDocument } from './cosmos-documents.ts';
import type { Kind } from './store.ts';

/** How long a node may go on with settings that another node has changed. */
const SETTINGS_MS = 2000;
const MAX_REMEMBERED = 5000;

/** The documents that this node has seen last, with their etags: what is changed next need not be read again. */
export class Memory {
  readonly #documents = new Map<string, { document: CosmosDocument; until: number }>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** It may be stale: good for a write, which its etag guards. */
  get<K extends Kind>(instanceId: string, id: string): CosmosDocument<K> | undefined {
    return this.#documents.get(`${instanceId} ${id}`)?.document as CosmosDocument<K> | undefined;
  }

  /** For answers, which may be stale only as long as settings may. */
  fresh<K extends Kind>(instanceId: string, id: string): CosmosDocument<K> | undefined {
    const known = this.#documents.get(`${instanceId} ${id}`);
    return known && known.until > this.#now().getTime() ? (known.document as CosmosDocument<K>) : undefined;
  }

  /** Without its etag a document would be replaced whatever it has become, so it is forgotten instead. */
  put(document: CosmosDocument): void {
    const name = `${document.instanceId} ${document.id}`;
    this.#documents.delete(name);
    if (document._etag === undefined) return;
    // The one that was seen longest ago goes.
    if (this.#documents.size >= MAX_REMEMBERED) this.#documents.delete(this.#documents.keys().next().value!);
    this.#documents.set(name, { document, until: this.#now().getTime() + SETTINGS_MS });
  }

  forget(instanceId: string, id: string): void {
    this.#documents.delete(`${instanceId} ${id}`);
  }
}
