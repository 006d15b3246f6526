/** What two owners made of the same form, as one: each keeps their own fields and places, and mine win where both meet. */

import type { CustomField } from '../../../../api/contract/instance.ts';
import { same } from './editing.ts';
import {
  type BuiltInField,
  type FormLayout,
  findField,
  LIST_NAMES,
  type ListName,
  withoutField,
} from './form-layout.ts';

type Field = BuiltInField | CustomField;

/** The form that they made, with all that I changed of the one that both began from. */
export function mergedForm(base: FormLayout, mine: FormLayout, theirs: FormLayout): FormLayout {
  let merged = theirs;
  for (const { id } of fieldsOf(base)) if (!findField(mine, id)) merged = withoutField(merged, id);
  const stays = new Set(LIST_NAMES.flatMap((list) => unmoved(idsOf(base, list), idsOf(mine, list))));
  for (const list of LIST_NAMES) {
    mine[list].forEach((field, index) => {
      const isChanged = !same(field, fieldIn(base, field.id));
      const isThere = findField(merged, field.id) !== undefined;
      // Theirs is gone, and I did nothing to it.
      if (!isThere && !isChanged && stays.has(field.id)) return;
      if (stays.has(field.id) && isThere) {
        if (isChanged) merged = replaced(merged, field);
      } else
        merged = placed(merged, isChanged || !isThere ? field : fieldIn(merged, field.id)!, list, mine[list], index);
    });
  }
  return merged;
}

const fieldsOf = (layout: FormLayout): Field[] => LIST_NAMES.flatMap((list): Field[] => layout[list]);
const fieldIn = (layout: FormLayout, id: string): Field | undefined => fieldsOf(layout).find((one) => one.id === id);
const idsOf = (layout: FormLayout, list: ListName): string[] => layout[list].map(({ id }) => id);

function replaced(layout: FormLayout, field: Field): FormLayout {
  const { list } = findField(layout, field.id)!;
  return { ...layout, [list]: (layout[list] as Field[]).map((one) => (one.id === field.id ? field : one)) };
}

/** With a field behind the one that it stands behind in my list, as far as that is there. */
function placed(layout: FormLayout, field: Field, list: ListName, mine: Field[], index: number): FormLayout {
  const rest = withoutField(layout, field.id);
  const there = idsOf(rest, list);
  const before = mine.slice(0, index).findLast(({ id }) => there.includes(id));
  const at = before ? there.indexOf(before.id) + 1 : 0;
  return { ...rest, [list]: (rest[list] as Field[]).toSpliced(at, 0, field) };
}

/** Those that need not have been moved to come from one order to the other: the longest that both have in common. */
function unmoved(from: string[], to: string[]): string[] {
  let best: string[][] = Array.from({ length: to.length + 1 }, () => []);
  for (const id of from) {
    const next: string[][] = [[]];
    to.forEach((other, index) => {
      const found = other === id ? [...best[index]!, id] : [];
      next.push([found, best[index + 1]!, next[index]!].toSorted((one, two) => two.length - one.length)[0]!);
    });
    best = next;
  }
  return best.at(-1)!;
}
