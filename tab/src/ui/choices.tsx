/** The options of what is chosen in many places: people, states, priorities, tags. */

import { type ReactNode, useDeferredValue, useState } from 'react';
import type { OfferedMove } from '../../../api/contract/moves.ts';
import type { Ticket } from '../../../api/contract/tickets.ts';
import type { Person } from '../../../api/contract/wire.ts';
import type { State } from '../../../api/contract/workflow.ts';
import { useInstance, useMyself, useTags } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';
import { usePeople } from '../people.ts';
import { ConsentLine } from './consent-line.tsx';
import { Face, PRIORITIES, PriorityMark, StateMark } from './marks.tsx';
import type { Option } from './pick.tsx';
import { moveLabel, stateLabel } from './workflow.ts';

type Tag = Ticket['tags'][number];

/** How a tag is named in filters and options. */
export const tagKey = ({ tagCategoryId, text }: Tag): string => `${tagCategoryId}_${text}`;

/** The tag of such a name. */
export function tagOf(key: string): Tag {
  const at = key.indexOf('_');
  return { tagCategoryId: key.slice(0, at), text: key.slice(at + 1) };
}

/** The priorities, the highest first. */
export function usePriorityOptions(chosen: string[] = []): Option[] {
  const m = useMessages();
  return PRIORITIES.map((priority) => ({
    key: priority,
    text: m.priority[priority],
    icon: <PriorityMark priority={priority} isSilent />,
    isChosen: chosen.includes(priority),
  }));
}

/** The states of a workflow. */
export const stateOptions = (m: Messages, states: State[], chosen: string[] = []): Option[] =>
  states.map(({ id, label, category }) => ({
    key: id,
    text: stateLabel(m, label),
    icon: <StateMark category={category} />,
    isChosen: chosen.includes(id),
  }));

/** Moves by what they are called, and where they lead when that is something else. */
export const moveOptions = (m: Messages, moves: OfferedMove[]): Option[] =>
  moves.map((move) => ({
    key: move.state.id,
    text: moveLabel(m, move),
    detail: move.label && stateLabel(m, move.state.label),
    icon: <StateMark category={move.state.category} />,
  }));

/** Tags that can be given, and those that a ticket has although they were deleted since. */
export function useTagOptions(instanceId: string, chosen: string[]): Option[] {
  const { data = [] } = useTags(instanceId);
  return data.flatMap(({ id, text: group, color, tags, deleted }) =>
    tags
      .map(({ text, deleted: isGone }) => ({
        key: tagKey({ tagCategoryId: id, text }),
        text,
        isGone: isGone || deleted,
      }))
      .filter(({ key, isGone }) => !isGone || chosen.includes(key))
      .map(({ key, text }) => ({
        key,
        text,
        group,
        icon: <span className="dot" style={{ background: color }} />,
        isChosen: chosen.includes(key),
      })),
  );
}

interface PeopleChoice {
  options: Option[];
  search: (text: string) => void;
  /** Whom a key stands for; undefined for nobody. */
  personOf: (key: string) => Person | undefined;
  /** What stands below them: how to find more, when something has to be done for it. */
  footer: ReactNode;
}

interface PeopleWish {
  chosen?: string[];
  /** Offers nobody, under this name. */
  nobody?: string | undefined;
  /** Those who work the tickets come first, and apart from others. */
  isForAssignee?: boolean;
  /** Offers whoever looks at the list, so that a view means somebody else for each. */
  isForFilter?: boolean;
  enabled?: boolean;
}

const NOBODY = 'none';

/** People to choose from: me, those who work the tickets, and whoever the directory finds for what was typed. */
export function usePeopleOptions(
  instanceId: string,
  { chosen = [], nobody, isForAssignee = false, isForFilter, enabled = true }: PeopleWish,
): PeopleChoice {
  const m = useMessages();
  const mine = useMyself();
  const [text, setText] = useState('');
  const searched = useDeferredValue(text);
  // Others than those who work the tickets can have one all the same.
  const { data: workers } = usePeople(instanceId, searched, enabled && isForAssignee, 'assignees');
  const { data } = usePeople(instanceId, searched, enabled);
  const found = data?.people ?? [];
  const { data: instance } = useInstance(instanceId);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (person: Person) => words.every((word) => `${person.name} ${person.email}`.toLowerCase().includes(word));
  const first = isForAssignee ? (workers?.people ?? instance?.assignees.peoples ?? []) : [];
  const isCalledMe = words.length === 1 && m.common.meAlone.toLowerCase().startsWith(words[0]!);
  const people = new Map(
    [mine, ...first, ...found]
      .filter((person) => fits(person) || (person === mine && isCalledMe && !isForFilter))
      .map((person) => [person.id, person]),
  );
  const working = new Set([mine, ...first].map(({ id }) => id));
  const groupOf = ({ id }: Person) => (working.has(id) ? m.people.workers : m.people.others);
  const options: Option[] = [...people.values()].map((person) => ({
    key: person.id,
    text: person.id === mine.id ? m.common.me(person.name) : person.name,
    detail: person.email === person.name ? undefined : person.email,
    icon: <Face person={person} />,
    isChosen: chosen.includes(person.id),
    ...(isForAssignee && { group: groupOf(person) }),
  }));
  if (isForFilter && (fits(mine) || isCalledMe)) {
    options.unshift({
      key: 'me',
      text: m.common.meAlone,
      detail: m.filter.whoeverLooks,
      icon: <Face person={mine} />,
      isChosen: chosen.includes('me'),
    });
  }
  if (nobody && (words.length === 0 || nobody.toLowerCase().includes(words[0]!))) {
    options.unshift({ key: NOBODY, text: nobody, icon: <Face person={undefined} />, isChosen: chosen.includes('') });
  }
  const mail = text.trim();
  // Somebody whom the directory does not know can still be named by their address.
  if (!isForAssignee && people.size === 0 && /^\S+@\S+\.\S+$/.test(mail)) {
    options.push({ key: mail, text: mail, icon: <Face person={{ id: mail, name: mail, email: mail }} /> });
  }
  return {
    options,
    search: setText,
    footer: data?.isConsentMissing && <ConsentLine instanceId={instanceId} />,
    personOf: (key) => (key === NOBODY ? undefined : (people.get(key) ?? { id: key, name: key, email: key })),
  };
}
