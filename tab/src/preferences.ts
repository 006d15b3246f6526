/** What a person has set for themself; kept by the server, so it is the same on every device. */

import { useCallback } from 'react';
import type { Me, Preferences } from '../../api/contract/people.ts';
import { call, type Input } from './api.ts';
import { reasonOf, tell } from './changes.ts';
import { keys, queryClient, useMe } from './data.ts';
import { useMessages } from './i18n.tsx';

/** The tab's own part of the preferences. */
interface TabPreferences {
  /** Of all help desks together: each shows those that it has. */
  columns: string[];
  /** The view that each help desk opens with: the name of one that every help desk has, or the id of a saved one. */
  firstViews: Record<string, string>;
  /** Single keys are shortcuts. */
  hasShortcuts: boolean;
}

export interface MyPreferences extends Omit<Preferences, 'tab'> {
  /** Undefined for who has chosen none. */
  columns: string[] | undefined;
  firstViews: Record<string, string>;
  hasShortcuts: boolean;
  change(change: Partial<Omit<Preferences, 'tab'>>): Promise<void>;
  changeTab(change: Partial<TabPreferences>): Promise<void>;
}

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

let changes = 0;

export function usePreferences(): MyPreferences {
  const m = useMessages();
  const { tab, ...rest } = useMe().preferences;
  const change = useCallback(
    async (part: Partial<Preferences>) => {
      const before = known();
      queryClient.setQueryData(keys.me, { ...before, preferences: { ...before.preferences, ...part } });
      const mine = ++changes;
      try {
        const { data } = await call('', 'updatePreferences', part as unknown as Input<'updatePreferences'>);
        // The answer to an earlier change knows nothing of a later one.
        if (mine === changes) queryClient.setQueryData(keys.me, data.item);
      } catch (error) {
        if (mine === changes) queryClient.setQueryData(keys.me, before);
        tell({ kind: 'failed', text: reasonOf(error, m) });
      }
    },
    [m],
  );
  return {
    ...rest,
    columns: texts(tab.columns),
    firstViews: (tab.firstViews ?? {}) as Record<string, string>,
    hasShortcuts: tab.hasShortcuts !== false,
    change,
    // Of what is there by then: two changes may come from one look at the page.
    changeTab: (part) => change({ tab: { ...known().preferences.tab, ...part } }),
  };
}

const known = (): Me => queryClient.getQueryData<Me>(keys.me)!;
