/** The form of a new ticket as an owner edits it: two columns, each with the fields of every ticket and then its own. */

import type { CustomField, Instance } from '../../../../api/contract/instance.ts';
import type { Part } from './editing.ts';

export type BuiltInField = Instance['optionalFieldsLeft'][number];

export interface FormLayout {
  optionalFieldsLeft: BuiltInField[];
  optionalFieldsRight: BuiltInField[];
  customFieldsLeft: CustomField[];
  customFieldsRight: CustomField[];
}
export type ListName = keyof FormLayout;

/** The lists from the top of the left column to the bottom of the right one. */
export const LIST_NAMES = [
  'optionalFieldsLeft',
  'customFieldsLeft',
  'optionalFieldsRight',
  'customFieldsRight',
] as const satisfies readonly ListName[];

export const FORM_PART: Part<FormLayout> = {
  page: 'fields',
  pick: ({ optionalFieldsLeft, optionalFieldsRight, customFieldsLeft, customFieldsRight }) => ({
    optionalFieldsLeft,
    optionalFieldsRight,
    customFieldsLeft,
    customFieldsRight,
  }),
  toUpdate: (layout) => layout,
};

/** What an owner chooses from: the type of the contract, and whether a list takes several. */
const KINDS = {
  text: { key: 'text', isMultiple: false },
  textarea: { key: 'textarea', isMultiple: false },
  toggle: { key: 'toggle', isMultiple: false },
  date: { key: 'date', isMultiple: false },
  list: { key: 'list', isMultiple: false },
  lists: { key: 'list', isMultiple: true },
  people: { key: 'peoplepicker', isMultiple: false },
} as const satisfies Record<string, { key: CustomField['type']['key']; isMultiple: boolean }>;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

export function kindOf({ type, isMultiple }: CustomField): Kind {
  if (type.key === 'list') return isMultiple ? 'lists' : 'list';
  return type.key === 'peoplepicker' ? 'people' : type.key;
}

/** A field without a name yet, ready to be filled in. */
export function newField(kind: Kind, typeText: string): CustomField {
  const { key, isMultiple } = KINDS[kind];
  return {
    id: crypto.randomUUID(),
    title: '',
    label: '',
    type: { key, text: typeText },
    isMandatory: false,
    status: 'visible',
    defaultValue: null,
    options: key === 'list' ? [newOption([]), newOption(['1'])] : [],
    isMultiple,
    isSeeTicket: false,
  };
}

/** An option with a key that no other one has; its key stays when it is renamed, so tickets keep it. */
export function newOption(takenKeys: string[]): CustomField['options'][number] {
  let number = 1;
  while (takenKeys.includes(String(number))) number++;
  return { key: String(number), text: '' };
}

export const isCustom = (field: BuiltInField | CustomField): field is CustomField => 'type' in field;

/** The field with this id and the list that it stands in. */
export function findField(layout: FormLayout, id: string): { list: ListName; index: number } | undefined {
  for (const list of LIST_NAMES) {
    const index = layout[list].findIndex((field) => field.id === id);
    if (index >= 0) return { list, index };
  }
  return undefined;
}

/** The form with a field in another place. */
export function moveField(layout: FormLayout, id: string, to: ListName, index: number): FormLayout {
  const from = findField(layout, id);
  if (!from) return layout;
  const field = layout[from.list][from.index]!;
  const without = { ...layout, [from.list]: layout[from.list].filter((one) => one.id !== id) };
  return { ...without, [to]: (without[to] as unknown[]).toSpliced(index, 0, field) };
}

/** The form with something of a field changed. */
export function changeField<F extends BuiltInField | CustomField>(
  layout: FormLayout,
  id: string,
  part: Partial<F>,
): FormLayout {
  const at = findField(layout, id);
  if (!at) return layout;
  return {
    ...layout,
    [at.list]: (layout[at.list] as F[]).map((field) => (field.id === id ? { ...field, ...part } : field)),
  };
}

export const withoutField = (layout: FormLayout, id: string): FormLayout => {
  const at = findField(layout, id);
  return at ? { ...layout, [at.list]: (layout[at.list] as BuiltInField[]).filter((field) => field.id !== id) } : layout;
};

/** The list of the same kind in the other column. */
export const otherColumn = (list: ListName): ListName =>
  (list.endsWith('Left') ? list.replace('Left', 'Right') : list.replace('Right', 'Left')) as ListName;

export const allCustom = ({ customFieldsLeft, customFieldsRight }: FormLayout): CustomField[] => [
  ...customFieldsLeft,
  ...customFieldsRight,
];

/** What keeps the form from being saved: the field, and what is missing there. */
export type FieldProblem = { id: string; problem: 'title' | 'sameTitle' | 'options' | 'optionText' | 'sameOption' };

export function problemOf(layout: FormLayout): FieldProblem | undefined {
  const fields = allCustom(layout);
  const seen = new Set<string>();
  for (const { id, title, type, options } of fields) {
    const name = title.trim().toLowerCase();
    if (name === '') return { id, problem: 'title' };
    if (seen.has(name)) return { id, problem: 'sameTitle' };
    seen.add(name);
    if (type.key !== 'list') continue;
    const texts = options.map(({ text }) => text.trim().toLowerCase());
    if (texts.length === 0) return { id, problem: 'options' };
    if (texts.includes('')) return { id, problem: 'optionText' };
    if (new Set(texts).size < texts.length) return { id, problem: 'sameOption' };
  }
  return undefined;
}
