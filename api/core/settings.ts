import { fail } from '../contract/errors.ts';
import type { CustomField } from '../contract/instance.ts';
import { isResolved } from '../contract/moves.ts';
import type { Workflow } from '../contract/workflow.ts';
import type { InstanceStore, Stored, StoredInstance } from '../store/store.ts';
import { stateById } from './workflow.ts';

/** Settings that came later: what they are in an instance that was stored before there were such. */
export const LATER_SETTINGS = {
  isPrivate: false,
  language: '',
  followersRule: { peoples: [], isMentioned: true, isCommenter: false },
} satisfies Partial<StoredInstance>;

/** The settings as they are stored, with those that came later. */
export const wholeSettings = (stored: StoredInstance): StoredInstance => ({ ...LATER_SETTINGS, ...stored });

/** An instance's settings, with what is read from them for every ticket worked out once. */
export class Settings {
  readonly version: number;
  readonly value: StoredInstance;
  readonly workflow: Workflow;
  readonly resolvedLabels: string[];
  readonly customFields: Map<string, CustomField>;
  readonly #endings = new Map<string, string>();

  constructor(stored: Stored<'instance'>) {
    this.version = stored.version;
    this.value = wholeSettings(stored.value);
    this.workflow = this.value.workflows[0]!;
    this.resolvedLabels = this.workflow.states.filter(isResolved).map((state) => state.label);
    const fields = [...this.value.customFieldsLeft, ...this.value.customFieldsRight];
    this.customFields = new Map(fields.map((field) => [field.id, field]));
  }

  /** What the workflow adds to a ticket in this state, as the end of its JSON. */
  ticketEnding(statusId: string, withWorkflow: boolean): string {
    const key = `${withWorkflow ? 1 : 0}${statusId}`;
    let ending = this.#endings.get(key);
    if (ending === undefined) {
      ending = `,${JSON.stringify({
        status: stateById(this.workflow, statusId).label,
        resolvedStatus: this.resolvedLabels,
        isCustomWorkflow: this.value.isCustomWorkflow,
        ...(withWorkflow && { workflow: this.workflow }),
      }).slice(1)}`;
      this.#endings.set(key, ending);
    }
    return ending;
  }
}

const MAX_REMEMBERED = 500;

/** Reads the settings of an instance, parsing them only when they have changed. 404 when there is no such instance. */
class SettingsReader {
  readonly #known = new Map<string, Settings>();

  /** `now` looks past what another node may have changed in the last moments. */
  async read(instance: InstanceStore, id: string, asOf?: 'now'): Promise<Settings> {
    const stored = await instance.get('instance', id, asOf);
    if (!stored) return fail('not_found', 'There is no such instance.');
    const known = this.#known.get(id);
    if (known?.version === stored.version) return known;
    const settings = new Settings(stored);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(id, settings);
    return settings;
  }
}

export const settingsReader = new SettingsReader();
